"""Every file of ``events/`` does to what was built what it does to the sources."""

import io
import json
from collections import Counter
from typing import Any

import pytest
from rich.console import Console

from snapkeep.errors import SnapkeepError
from tests.built.conftest import OpenSite, Start
from tests.built.runtime_api import Told
from tests.fake_bce import FakeCloud
from tests.fake_bce.seed import seed_demo
from tests.functional.test_event_files import EXPECTED, FILES
from tests.stage import ROOT, Stage, opened
from tests.world import HANDLERS, NOW


def event_of(name: str) -> Any:
    return json.loads((ROOT / f"events/{name}.json").read_text(encoding="utf-8"))


def error_of_the_sources(name: str, stage: Stage) -> tuple[str, str] | None:
    """Deliver an event to the function as it stands here, and return how that failed, if it did."""
    function = name.partition("/")[0]
    try:
        HANDLERS[function](event_of(name), None, stage.runtimes[function])
    except SnapkeepError as error:
        return type(error).__name__, str(error)
    return None


def result_of(told: Told) -> dict[str, Any]:
    """Return what a function said, out of the answer over HTTP too."""
    assert told.kind == "response", told.text
    result: dict[str, Any] = told.json
    if "statusCode" not in result:
        return result
    assert result["statusCode"] == 200
    is_json = result["headers"]["content-type"] == "application/json"
    return dict(json.loads(result["body"])) if is_json else {"text": result["body"]}


def names_of(cloud: FakeCloud) -> Counter[str]:
    """Return the snapshots by name, which says of what each is; ids tell who came first."""
    stores = cloud.regions.values()
    return Counter(row.name for store in stores for row in store.snapshots.values())


@pytest.mark.parametrize("function", HANDLERS)
def test_every_file_of_events_does_what_it_does_to_the_sources(
    function: str, start: Start, open_site: OpenSite
) -> None:
    names = [name for name in EXPECTED if name.startswith(f"{function}/")]
    assert names == [name for name in EXPECTED if name in FILES and function in name]
    site = open_site(NOW)
    seed_demo(site.cloud, NOW)
    sandbox = start(function, **site.by_its_clock(function))
    with opened(Console(file=io.StringIO())) as stage:
        for name in names:
            told, error = sandbox.invoke(event_of(name)), error_of_the_sources(name, stage)
            if error:
                assert told.kind == "error"
                assert (told.json["errorType"], told.json["errorMessage"]) == error
            else:
                assert EXPECTED[name](result_of(told)), name
        assert names_of(site.cloud) == names_of(stage.cloud)
    # senders once, keys once per region, whatever the number of events
    asked = Counter(sandbox.extension.asked)
    assert {status for _, status in asked} == {200}
    assert max(asked.values()) <= len(site.cloud.regions)

"""What docs/webhooks.md tells people to write is what the functions read."""

import json
import re

from snapkeep.senders import Scheme, read_senders
from tests.senders import ALARM, HUB, PIPELINE
from tests.stage import ROOT

PAGE = (ROOT / "docs/webhooks.md").read_text("utf-8")


def test_the_example_of_a_webhook_secret_is_one() -> None:
    found = re.search(r"^ {4}(\{\"senders\": .*?^ {4}\]\})", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    document = json.loads(found[1].replace("whsec_...", PIPELINE))
    for sender, secret in zip(document["senders"][1:], (HUB, ALARM), strict=True):
        sender["secrets"] = [{"secret": secret}]
    assert [sender.scheme for sender in read_senders(json.dumps(document))] == list(Scheme)


def test_every_sample_that_is_named_exists() -> None:
    named = set(re.findall(r"`(events/[a-z/-]+\.json)`", PAGE))
    assert len(named) == 4
    assert all((ROOT / path).is_file() for path in named)

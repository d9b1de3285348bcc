"""The list of chains has page numbers and no markers; it is complete or an error all the same."""

import pytest

from snapkeep.bce import errors
from snapkeep.bce.paging import walk_numbered
from snapkeep.bce.wire import chain
from tests.client.edits import ABSENT, Edit, Json, page
from tests.client.line import Line
from tests.fake_bce import Fault


def test_chains_are_asked_for_by_page_number(line: Line) -> None:
    for _ in range(4):
        line.cloud.region("bj").add_volume()
    whole = {row.id for row in line.client().chains()}
    line.cloud.journal.clear()
    line.cloud.faults.add(
        Fault("transform", transform=lambda b: b | {"isTruncated": True}),
        Fault("transform", nth=2, transform=lambda b: b | {"snapchains": [_chain("sl-more")]}),
    )
    assert {row.id for row in line.client().chains()} == whole | {"sl-more"}
    targets = [call.target.partition("?")[2] for call in line.cloud.journal]
    assert targets == ["pageNo=1&pageSize=1000", "pageNo=2&pageSize=1000"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (page(isTruncated="true"), "isTruncated is 'true'"),
        (page(isTruncated=ABSENT), "isTruncated is None"),
        (page(snapchains=ABSENT), "no list 'snapchains'"),
        (page(snapchains=[{"volumeId": "v-1"}]), "no chainId"),
        (page(isTruncated=True, snapchains=[]), "brings nothing new"),
    ],
    ids=["text", "missing", "no-list", "no-id", "empty-page"],
)
def test_a_breach_in_the_chains_is_an_incomplete_list(inside: Line, edit: Edit, said: str) -> None:
    inside.cloud.faults.add(Fault("transform", transform=edit))
    with pytest.raises(errors.ListIncomplete, match=f"^ListChains in bj: .*{said}"):
        inside.client().chains()


def test_chains_without_end_are_left() -> None:
    same: Json = {"snapchains": [_chain("sl-1")], "isTruncated": True}
    with pytest.raises(errors.ListIncomplete, match="page 2 of snapchains brings nothing new"):
        walk_numbered(lambda number: same, "snapchains", chain)
    with pytest.raises(errors.ListIncomplete, match="more than 2000 pages"):
        walk_numbered(
            lambda number: {"snapchains": [_chain(f"sl-{number}")], "isTruncated": True},
            "snapchains",
            chain,
        )


def _chain(id_: str) -> Json:
    return {"chainId": id_, "volumeId": "v-1", "chainSize": "1.5"}

"""A list is complete or it is an error; nothing between the two ever comes back."""

from typing import Any

import pytest

from snapkeep.bce import errors
from snapkeep.bce.paging import MAX_PAGES, walk
from snapkeep.bce.wire import snapshot
from tests.client.conftest import OpenLine
from tests.client.edits import ABSENT, Edit, Json, page
from tests.client.line import Line
from tests.fake_bce import Fault


def row(**members: Any) -> Edit:
    """Return an edit of the first row of a page."""
    return lambda body: body | {"snapshots": [page(**members)(body["snapshots"][0])]}


BREACHES: dict[str, tuple[Edit, str]] = {
    "isTruncated-text": (page(isTruncated="true"), "isTruncated is 'true'"),
    "isTruncated-text-false": (page(isTruncated="false"), "isTruncated is 'false'"),
    "isTruncated-number": (page(isTruncated=0), "isTruncated is 0"),
    "isTruncated-null": (page(isTruncated=None), "isTruncated is None"),
    "isTruncated-missing": (page(isTruncated=ABSENT), "isTruncated is None"),
    "marker-missing": (page(nextMarker=ABSENT), "nextMarker is 'None'"),
    "marker-empty": (page(nextMarker=""), "nextMarker is ''"),
    "marker-number": (page(nextMarker=7), "nextMarker is '7'"),
    "marker-half": (page(nextMarker="s-\ud800"), r"nextMarker is 's-\\ud800'"),
    "list-missing": (page(snapshots=ABSENT), "no list 'snapshots'"),
    "list-null": (page(snapshots=None), "no list 'snapshots'"),
    "list-object": (page(snapshots={"0": {}}), "no list 'snapshots'"),
    "row-null": (page(snapshots=[None]), "a row is NoneType"),
    "row-text": (page(snapshots=["s-1"]), "a row is str"),
    "id-missing": (row(id=ABSENT), "no id"),
    "id-empty": (row(id=""), "id is empty"),
    "id-number": (row(id=1), "id is int"),
    "name-missing": (row(name=ABSENT), "no name"),
    "status-missing": (row(status=ABSENT), "no status"),
    "status-null": (row(status=None), "no status"),
    "status-number": (row(status=1), "status is int"),
    "createTime-missing": (row(createTime=ABSENT), "no createTime"),
    "createTime-number": (row(createTime=1436350924), "createTime is int"),
    "desc-list": (row(desc=["hold"]), "desc is list"),
    "volumeId-object": (row(volumeId={}), "volumeId is dict"),
}


@pytest.fixture
def paged(open_inside: OpenLine) -> Line:
    """Return a line to a cloud that lists five snapshots on three pages."""
    line = open_inside(max_keys=2)
    for _ in range(5):
        line.cloud.region("bj").add_snapshot(None)
    return line


@pytest.mark.parametrize("nth", [1, 2], ids=["page-1", "page-2"])
@pytest.mark.parametrize(("edit", "said"), BREACHES.values(), ids=BREACHES)
def test_a_breach_of_the_paging_contract_is_an_incomplete_list(
    paged: Line, edit: Edit, said: str, nth: int
) -> None:
    paged.cloud.faults.add(Fault("transform", nth=nth, transform=edit))
    with pytest.raises(errors.ListIncomplete, match=f"ListSnapshots in bj: .*{said}"):
        paged.client().snapshots()
    assert len(paged.cloud.journal) == nth


SIZES = {"true": True, "text": "5", "part": 5.5, "null": None, "list": [5], "missing": ABSENT}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_list_is_complete_whatever_its_sizes_are(paged: Line, size: object) -> None:
    def resize(body: Json) -> Json:
        return body | {"snapshots": [page(sizeInGB=size)(each) for each in body["snapshots"]]}

    paged.cloud.faults.add(Fault("transform", transform=resize, times=3))
    found = paged.client().snapshots()
    assert sorted(each.id for each in found) == sorted(paged.made())
    assert [each.size_gb for each in found] == [0] * 5


@pytest.mark.parametrize("noun", ["volumes", "instances"])
@pytest.mark.parametrize(
    "edit", [page(isTruncated="false"), page(isTruncated=True)], ids=["text", "no-marker"]
)
def test_disks_and_servers_are_listed_under_the_same_contract(
    inside: Line, noun: str, edit: Edit
) -> None:
    inside.cloud.faults.add(Fault("transform", transform=edit))
    with pytest.raises(errors.ListIncomplete, match=f"List{noun.capitalize()} in bj"):
        getattr(inside.client(), noun)()


def test_a_marker_that_comes_again_ends_the_walk(paged: Line) -> None:
    first: list[str] = []

    def repeat(body: Json) -> Json:
        first.append(body["nextMarker"])
        return body | {"nextMarker": first[0]}

    paged.cloud.faults.add(Fault("transform", times=2, transform=repeat))
    with pytest.raises(errors.ListIncomplete, match="comes again"):
        paged.client().snapshots()
    assert len(paged.cloud.journal) == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("before", nth=2, times=4), errors.ServerError),
        (Fault("garbage", nth=2, times=4), errors.TransportError),
        (Fault("before", nth=3, status=403, code="AccessDenied"), errors.AccessDenied),
        (Fault("redirect", nth=3), errors.Refused),
    ],
    ids=["500", "html", "denied", "redirect"],
)
def test_a_later_page_that_fails_fails_the_list(
    paged: Line, fault: Fault, kind: type[errors.BceError]
) -> None:
    paged.cloud.faults.add(fault)
    with pytest.raises(kind):
        paged.client().snapshots()


@pytest.mark.parametrize("max_keys", [1, 2, 5, 1000])
def test_every_row_comes_once_whatever_the_page_size(open_line: OpenLine, max_keys: int) -> None:
    line = open_line(max_keys=max_keys)
    for _ in range(5):
        line.cloud.region("bj").add_snapshot(None)
    assert sorted(row.id for row in line.client().snapshots()) == sorted(line.made())


def test_a_marker_is_sent_as_it_came(paged: Line) -> None:
    paged.client().snapshots()
    ordered = sorted(paged.made())
    assert [call.target.partition("?")[2] for call in paged.cloud.journal] == [
        "maxKeys=1000",
        f"marker={ordered[2]}&maxKeys=1000",
        f"marker={ordered[4]}&maxKeys=1000",
    ]


def test_rows_that_shift_onto_two_pages_are_joined_by_id() -> None:
    pages = [["s-1", "s-2"], ["s-2", "s-3"], ["s-3", "s-1"]]

    def fetch(marker: str | None) -> Json:
        number = int(marker or 0)
        rows = [_row(id_, desc=f"seen on {number}") for id_ in pages[number]]
        more = {"isTruncated": True, "nextMarker": str(number + 1)}
        return {"snapshots": rows, **(more if number < 2 else {"isTruncated": False})}

    found = walk(fetch, "snapshots", snapshot)
    assert {row.id: row.desc for row in found} == {
        "s-1": "seen on 2",
        "s-2": "seen on 1",
        "s-3": "seen on 2",
    }
    assert len(found) == 3


def test_a_list_without_end_is_left_at_the_page_limit() -> None:
    asked: list[str | None] = []

    def fetch(marker: str | None) -> Json:
        asked.append(marker)
        return {"snapshots": [], "isTruncated": True, "nextMarker": str(len(asked))}

    with pytest.raises(errors.ListIncomplete, match="more than 2000 pages"):
        walk(fetch, "snapshots", snapshot)
    assert len(asked) == MAX_PAGES == 2000


def _row(id_: str, **members: Any) -> Json:
    return {"id": id_, "name": "n", "status": "Available", "createTime": "2026-01-01T00:00:00Z",
            **members}  # fmt: skip

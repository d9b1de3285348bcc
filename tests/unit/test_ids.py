import pytest

from snapkeep import ids
from snapkeep.errors import InvalidInput

HOSTILE = [
    "",
    "v-",
    "v-abc",
    "v-" + "a" * 33,
    "v-" + "a" * 500,
    "V-abcd1234",
    "x-abcd1234",
    "v_abcd1234",
    "v-abcd1234\n",
    "\nv-abcd1234",
    " v-abcd1234",
    "v-abcd1234?x=",
    "v-abcd/../v1",
    "../v1/v-abcd1234",
    "v-abcd%2f1234",
    "v-１２３４５６７８",
    "v-٧٧٧٧٧٧٧٧",
    "v-абвгдежз",
    "v-abcd\x001234",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:20]))
@pytest.mark.parametrize("shape", [ids.VOLUME, ids.VOLUME_OR_INSTANCE, ids.INSTANCE, ids.SNAPSHOT])
def test_an_id_of_another_shape_is_refused(value: str, shape: ids.Shape) -> None:
    with pytest.raises(InvalidInput, match="is not an id") as caught:
        ids.check_ids([value], shape, "data.volumes")
    assert (caught.value.path, caught.value.code) == ("data.volumes", "InvalidId")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        (ids.VOLUME, "v-7kxkPAGJ", "i-7kxkPAGJ"),
        (ids.INSTANCE, "i-7kxkPAGJ", "v-7kxkPAGJ"),
        (ids.SNAPSHOT, "s-7kxkPAGJ", "v-7kxkPAGJ"),
        (ids.VOLUME_OR_INSTANCE, "i-7kxkPAGJ", "s-7kxkPAGJ"),
    ],
    ids=["volume", "instance", "snapshot", "either"],
)
def test_an_id_of_each_kind_is_known_by_its_letter(shape: ids.Shape, good: str, bad: str) -> None:
    assert ids.check_ids([good], shape, "x") == (good,)
    with pytest.raises(InvalidInput):
        ids.check_ids([good, bad], shape, "x")


def test_ids_are_told_once_and_in_order() -> None:
    given = ["v-bbbb", "v-aaaa", "v-bbbb"]
    assert ids.check_ids(given, ids.VOLUME, "x") == ("v-bbbb", "v-aaaa")


@pytest.mark.parametrize("value", ["cn", "BJ", "bj ", "", "bj\n", "b", "gz", "bj.evil.example"])
def test_a_region_that_is_not_allowed_is_refused(value: str) -> None:
    with pytest.raises(InvalidInput, match="is not allowed here; one of bj, su") as caught:
        ids.check_region(value, ("bj", "su"), "region")
    assert (caught.value.path, caught.value.code) == ("region", "RegionNotAllowed")
    assert ids.check_region("su", iter(("bj", "su")), "region") == "su"

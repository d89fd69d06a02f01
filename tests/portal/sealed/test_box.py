import pytest

from portal.sealed import box
from portal.sealed.box import OVERHEAD, SealBroken

KEY, PLACE = box.new_key(), "reports_report.summary WSC-7K3M-9QXD"


@pytest.mark.parametrize("plain", [b"", b"A hole.", "Löcher \x00 ".encode() * 1000])
def test_what_was_sealed_opens_again(plain: bytes) -> None:
    sealed = box.seal(plain, key=KEY, place=PLACE)

    assert box.unseal(sealed, key=KEY, place=PLACE) == plain
    assert len(sealed) == len(plain) + OVERHEAD


def test_the_same_twice_looks_different() -> None:
    assert box.seal(b"same", key=KEY, place=PLACE) != box.seal(b"same", key=KEY, place=PLACE)


@pytest.mark.parametrize("place", ["reports_report.impact WSC-7K3M-9QXD", "reports_report.summary WSC-0000-0000", ""])
def test_it_opens_nowhere_but_in_its_place(place: str) -> None:
    sealed = box.seal(b"A hole.", key=KEY, place=PLACE)

    with pytest.raises(SealBroken, match="was altered, moved, or sealed with another key"):
        box.unseal(sealed, key=KEY, place=place)


def test_it_opens_with_no_other_key() -> None:
    with pytest.raises(SealBroken):
        box.unseal(box.seal(b"A hole.", key=KEY, place=PLACE), key=box.new_key(), place=PLACE)


def test_no_byte_of_it_can_be_changed_and_none_taken_away() -> None:
    sealed = box.seal(b"A hole.", key=KEY, place=PLACE)
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    shortened = [sealed[:length] for length in range(len(sealed))]

    for forged in (*changed, *shortened):
        with pytest.raises(SealBroken):
            box.unseal(forged, key=KEY, place=PLACE)

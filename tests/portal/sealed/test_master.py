import base64

import pytest

from portal.sealed import box, master
from portal.sealed.box import SealBroken
from portal.sealed.master import MasterKeyError, MasterKeyMissing, MasterKeys

OLD, NEW = master.new_line("2026-01"), master.new_line("2026-07")
PLACE = "key of reports_report WSC-7K3M-9QXD"


def test_the_first_wraps_and_the_others_only_open() -> None:
    key = box.new_key()
    before = MasterKeys.parse(OLD).wrap(key, place=PLACE)
    both = MasterKeys.parse(f" {NEW}, {OLD} ")

    after = both.wrap(both.unwrap(before, place=PLACE), place=PLACE)

    assert (before.by, after.by) == ("2026-01", "2026-07")
    assert MasterKeys.parse(NEW).unwrap(after, place=PLACE) == key


def test_a_missing_key_is_named() -> None:
    wrapped = MasterKeys.parse(OLD).wrap(box.new_key(), place=PLACE)

    with pytest.raises(MasterKeyMissing, match="lacks the key “2026-01”"):
        MasterKeys.parse(NEW).unwrap(wrapped, place=PLACE)


def test_another_key_under_the_same_name_opens_nothing() -> None:
    wrapped = MasterKeys.parse(OLD).wrap(box.new_key(), place=PLACE)

    with pytest.raises(SealBroken):
        MasterKeys.parse(master.new_line("2026-01")).unwrap(wrapped, place=PLACE)


def test_a_wrapped_key_opens_for_no_other_row() -> None:
    keys = MasterKeys.parse(OLD)

    with pytest.raises(SealBroken):
        keys.unwrap(keys.wrap(box.new_key(), place=PLACE), place="key of reports_report WSC-0000-0000")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "There is no key"),
        (" , ", "There is no key"),
        ("AAAA", "must read NAME:KEY"),
        ("a b:AAAA", "must read NAME:KEY"),
        ("x:!!!!", "“x” is no base64"),
        ("x:AAAA", "“x” has 3 bytes instead of 32"),
        (f"{OLD},{OLD}", "Two keys are named “2026-01”"),
    ],
)
def test_a_mistake_is_told_in_words_and_without_the_key(text: str, complaint: str) -> None:
    with pytest.raises(MasterKeyError, match=complaint) as mistake:
        MasterKeys.parse(text)

    assert OLD.partition(":")[2] not in str(mistake.value)


def test_no_key_is_printed_by_accident() -> None:
    keys = MasterKeys.parse(OLD)

    encoded = OLD.partition(":")[2]
    assert repr(keys) == "MasterKeys(current='2026-01')"
    assert base64.b64decode(encoded) == keys.keys["2026-01"]

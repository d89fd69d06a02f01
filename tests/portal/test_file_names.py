import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import characters
from portal.file_names import LONGEST_NAME, content_disposition, safe_name


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("proof.txt", "proof.txt"),
        ("Übergröße Beweis.tar.gz", "Übergröße Beweis.tar.gz"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\evil.exe", "evil.exe"),
        ("..", "file"),
        ("", "file"),
        ("\x00\u202e", "file"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
        ("quo\"te's.txt", "quo_te_s.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.log", "console.log"),
        ("name. . .", "name"),
        ("a\ud800b.txt", "ab.txt"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_strangers_name_becomes_one_that_no_system_misreads(raw: str, safe: str) -> None:
    assert safe_name(raw) == safe


def test_a_long_name_is_cut_in_bytes_and_keeps_its_extension() -> None:
    name = safe_name("ü" * 300 + ".json")

    assert name.endswith("ü.json")
    assert LONGEST_NAME - 1 <= len(name.encode()) <= LONGEST_NAME


def test_a_long_extension_does_not_save_a_name_from_the_cut() -> None:
    assert len(safe_name("a." + "b" * 1000).encode()) <= LONGEST_NAME


@given(st.text())
def test_whatever_comes_in_a_usable_name_goes_out(raw: str) -> None:
    name = safe_name(raw)

    assert name
    assert len(name.encode()) <= LONGEST_NAME + 1  # the underscore before a reserved name
    assert not re.search(r"""[/\\"'\x00-\x1f]""", name)
    assert not characters.INVISIBLE.search(name)
    assert not name.startswith((".", " ", "-"))
    assert not name.endswith((".", " "))
    assert safe_name(name) == name


def test_ten_megabytes_of_name_take_no_time() -> None:
    assert safe_name("../" * 3_000_000 + "x" * 1_000_000 + ".txt").endswith("x.txt")


@pytest.mark.parametrize(
    "raw", ["proof.txt", "Grüße.txt", "日本語.txt", "\u202egpj.exe", "a\r\nb", '"; filename="x.html']
)
def test_the_header_makes_browsers_save_under_the_safe_name(raw: str) -> None:
    header = content_disposition(raw)

    message = EmailMessage()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert message["Content-Disposition"].params.keys() == {"filename"}
    assert header.isascii()
    assert header.isprintable()


def test_a_name_beyond_ascii_is_given_in_both_forms() -> None:
    header = content_disposition("Grüße.txt")

    assert header == "attachment; filename=\"Grue.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt"

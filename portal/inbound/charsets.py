"""Bytes that say, rightly or wrongly, in which character set they are, as text. It never fails; it may be told of."""

import codecs
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from portal import characters

# What people and programs write, and what they mean by it: the larger set, as browsers read it.
MEANT: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso8859-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
# Python calls these encodings too, but they are none of letters: they would read escapes or compute.
NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Read:
    """`is_sure`: every byte fitted the character set that was named, or plain UTF-8."""

    text: str
    is_sure: bool


def read(content: bytes, *, charset: str) -> Read:
    """`charset` as it was named, if at all. What cannot be stored is replaced in either case."""
    for mark, marked in MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], marked) or _somehow(content[len(mark) :], marked)
    name = known(charset)
    # Bytes that are UTF-8 are so by no accident, whatever is said of them; only sets with states look alike.
    tries = ("utf-8", name) if _is_one_byte_wide(name) else (name, "utf-8")
    for each in tries:
        if each and (done := _strictly(content, each)):
            return done
    return _somehow(content, name or "cp1252")


@lru_cache(maxsize=256)
def known(charset: str) -> str:
    """Python's name of it; empty if there is no such set of characters."""
    named = charset.strip().strip("\"'").lower()[:60]
    named = MEANT.get(named, named)
    try:
        found = codecs.lookup(named)
    except (LookupError, ValueError, UnicodeError):
        return ""
    is_text = getattr(found, "_is_text_encoding", True)
    return found.name if is_text and found.name.replace("-", "_") not in NO_CHARSETS else ""


def _is_one_byte_wide(name: str) -> bool:
    return name.startswith(("cp125", "iso8859", "koi8", "cp437", "cp85", "mac"))


def _strictly(content: bytes, name: str) -> Read | None:
    try:
        text = content.decode(name)
    except (UnicodeError, ValueError):
        return None
    return Read(characters.storable(text), is_sure=True)


def _somehow(content: bytes, name: str) -> Read:
    """Bytes that mean nothing in it become U+FFFD."""
    return Read(characters.storable(content.decode(name, errors="replace")), is_sure=False)

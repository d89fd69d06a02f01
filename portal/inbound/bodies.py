"""What a mail says and what lies in it: its parts as one text, one HTML and files."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from portal import characters
from portal.file_names import NAMELESS
from portal.inbound import charsets, flowed, kinds, oddities, parts
from portal.inbound.html_text import as_text
from portal.inbound.parts import MESSAGES, Part
from portal.inbound.values import ReceivedFile

LONGEST_BODY: Final = 1_000_000
"""Bytes of one text that are read; a longer one is kept as a file as well."""
LONGEST_TOGETHER: Final = 2_000_000
"""Characters of all texts."""
MOST_FILES: Final = 1_000
MOST_UNWRAPPED: Final = 3
SHORT: Final = 300

NO_BODIES: Final = frozenset({
    *("text/calendar", "text/css", "text/csv", "text/directory", "text/rfc822-headers", "text/vcard"),
    *("text/x-amp-html", "text/x-vcard", "text/xml", "text/javascript"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leaf:
    """`choice`: the outermost alternative that it is one side of. `within`: the outermost mail within which it came."""

    part: Part
    choice: Part | None = None
    within: Part | None = None
    is_returned: bool = False

    @property
    def is_html(self) -> bool:
        return self.part.type == "text/html"


@dataclass(slots=True)
class Content:
    text: str = ""
    passed_on: str = ""
    """The text of mails that were forwarded whole."""
    html: str = ""
    files: list[ReceivedFile] = field(default_factory=list)
    oddities: list[str] = field(default_factory=list)

    def note(self, oddity: str) -> None:
        if oddity not in self.oddities:
            self.oddities.append(oddity)


@dataclass(slots=True)
class _Passage:
    """Texts that say one thing: the sides of an alternative, or a single text."""

    within: Part | None
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The plain side, unless it only says that there is another."""
        plain = "\n".join(self.plain)
        if not self.html or (len(plain) > SHORT and not characters.is_blank(plain)):
            return plain
        from_html = as_text("\n".join(self.html))
        is_no_more = characters.is_blank(from_html) or len(from_html) < 3 * len(plain) + SHORT
        return plain if is_no_more and not characters.is_blank(plain) else from_html


def leaves(root: Part) -> Iterator[Leaf]:
    """In order. A mail within the mail comes before what it is made of, unless it is one that came back."""
    waiting = [(Leaf(root), 0)]
    while waiting:
        leaf, unwrapped = waiting.pop()
        part, inner = leaf.part, leaf.part.children
        if part.is_multipart:
            choice = leaf.choice or (part if part.type == "multipart/alternative" else None)
            is_returned = part.type == "multipart/report"
            waiting.extend((Leaf(each, choice, leaf.within, is_returned), unwrapped) for each in reversed(inner))
            continue
        yield leaf
        if part.type in MESSAGES and not leaf.is_returned:
            if not inner and part.encoding in {"base64", "quoted-printable"} and unwrapped < MOST_UNWRAPPED:
                inner = [parts.read(part.content()[0]).root]
                unwrapped += 1
            waiting.extend((Leaf(each, None, leaf.within or part), unwrapped) for each in reversed(inner))


def collect(root: Part, *, apart: Collection[Part] = ()) -> Content:
    """`apart`: parts that are no files of it."""
    left_out = {id(part) for part in apart}
    content = Content()
    passages: dict[int, _Passage] = {}
    length = 0
    for number, leaf in enumerate(leaves(root)):
        if leaf.part.type in MESSAGES:
            if leaf.within is None:
                _keep(leaf.part, content, what=kinds.RETURNED if leaf.is_returned else "")
            if heading := _heading(leaf):
                passages[-number - 1] = _Passage(leaf.within or leaf.part, [heading])
        elif is_body(leaf, is_first=number == 0) and length < LONGEST_TOGETHER:
            passage = passages.setdefault(id(leaf.choice or leaf.part), _Passage(leaf.within))
            length += _read_into(passage, leaf, content)
        elif leaf.within is None and id(leaf.part) not in left_out:
            _keep(leaf.part, content)
    _put_together(list(passages.values()), content)
    return content


def _put_together(passages: Sequence[_Passage], content: Content) -> None:
    own = [passage for passage in passages if passage.within is None]
    content.text = "\n\n".join(filter(None, (passage.text().strip("\n") for passage in own))).rstrip()
    passed_on = (passage.text().strip("\n") for passage in passages if passage.within is not None)
    content.passed_on = "\n\n".join(filter(None, passed_on)).rstrip()
    content.html = next((html for passage in own for html in passage.html), "")


def is_body(leaf: Leaf, *, is_first: bool) -> bool:
    """Shown with the text, as opposed to kept as a file: it was not attached, and has no name unless it comes first."""
    part = leaf.part
    is_text = part.type.startswith(("text/", "multipart/"))
    if not is_text or part.type in NO_BODIES or part.disposition.value == "attachment":
        return False
    return is_first or not (part.disposition.get("filename") or part.described.get("name"))


def _read_into(passage: _Passage, leaf: Leaf, content: Content) -> int:
    text = read_text(leaf.part, content)
    if leaf.is_html:
        passage.html.append(text)
    else:
        passage.plain.append(text)
    if leaf.part.end - leaf.part.body > LONGEST_BODY and leaf.within is None:
        content.note(oddities.LONG)
        _keep(leaf.part, content, named="text")
    return len(text)


def read_text(part: Part, content: Content) -> str:
    raw, is_whole = part.content(most=LONGEST_BODY)
    if len(raw) == LONGEST_BODY:
        raw = raw[: raw.rfind(b"\n") + 1] or raw
    if not is_whole:
        content.note(oddities.DAMAGED)
    read = charsets.read(raw, charset=part.described.get("charset"))
    if not read.is_sure:
        content.note(oddities.CHARSET)
    if b"\x00" in raw and characters.REPLACEMENT in read.text:
        content.note(oddities.NULS)
    text = read.text.replace("\r\n", "\n").replace("\r", "\n")
    if part.type == "text/plain" and part.described.get("format").lower() == "flowed":
        text = flowed.joined(text, delete_space=part.described.get("delsp").lower() == "yes")
    return text


def _keep(part: Part, content: Content, *, named: str = NAMELESS, what: str = "") -> None:
    if len(content.files) >= MOST_FILES:
        content.note(oddities.MANY_FILES)
        return
    raw, is_whole = part.content()
    if not is_whole:
        content.note(oddities.DAMAGED)
    subject = part.children[0].headers.line("subject") if part.type in MESSAGES and part.children else ""
    name = kinds.name_of(part, otherwise=subject or named)
    what = what or kinds.what_is(part, name=name, content=raw)
    content.files.append(ReceivedFile(name=name, content=raw, content_type=kinds.type_of(part), what=what))


def _heading(leaf: Leaf) -> str:
    """What is shown above a mail that was passed on."""
    if leaf.is_returned or not leaf.part.children:
        return ""
    headers = leaf.part.children[0].headers
    told = [(name, headers.line(name.lower())) for name in ("From", "Date", "Subject")]
    lines = [f"{name}: {value}" for name, value in told if value]
    return "\n".join(["---------- Forwarded mail ----------", *lines]) if lines else ""

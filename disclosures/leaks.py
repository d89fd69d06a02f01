"""Looks through a draft for what must not get out. Pure: texts in, findings out, in time that grows with their length.

It catches slips, not malice: whoever wants to give something away can spell it differently.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from portal import characters


class LeakKind(StrEnum):
    IDENTITY = "identity"
    PERSON = "person"
    ADDRESS = "address"
    KEY = "key"
    INTERNAL = "internal"
    COPIED = "copied"

    @property
    def sentence(self) -> str:
        return SENTENCES[self]


SENTENCES: Final[Mapping[LeakKind, str]] = {
    LeakKind.IDENTITY: "This says who reported it. Names belong to the credits, for people to take back.",
    LeakKind.PERSON: "This names somebody who worked on it. Names belong to the credits, for people to take back.",
    LeakKind.ADDRESS: "This is a mail address.",
    LeakKind.KEY: "This looks like a password, a token or a key.",
    LeakKind.INTERNAL: "This is a name that we use among ourselves.",
    LeakKind.COPIED: "These are words of the report, its conversation or the team's notes.",
}

SHINGLE: Final = 8
"""So many words in a row are not alike by chance."""
MOST_COMPARED: Final = 1_000_000
"""Characters of the conversation, the newest messages first: more is not compared."""
SHORTEST_PART: Final = 4
"""A part of a name that is shorter stands for too many other things."""
SHORTEST_NAME: Final = 3

WORD: Final = re.compile(r"\w+")
RUN: Final = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
DOTTED: Final = re.compile(r"[A-Za-z0-9_.=-]{30,}")
HEX: Final = re.compile(r"[0-9a-fA-F]+")
LETTERS: Final = re.compile(r"[a-z]{9}")
LENGTH_OF_A_COMMIT: Final = 40
LEAST_ENTROPY: Final = 3.9
"""Bits a character. Random base 64 of this length has more, words in any spelling less."""
LEAST_ENTROPY_OF_HEX: Final = 3.2
PARTS_OF_A_JWT: Final = 3

KNOWN_KEYS: Final = re.compile(
    r"gh[oprsu]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|xox[abprs]-[A-Za-z0-9-]{10,200}|npm_[A-Za-z0-9]{30,100}|pypi-[A-Za-z0-9_-]{30,255}"
    r"|glpat-[A-Za-z0-9_-]{20,100}|sk_live_[A-Za-z0-9]{16,100}|AIza[A-Za-z0-9_-]{35}"
    r"|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|://[^\s/@:]{1,100}:[^\s/@]{1,100}@"
)
ADDRESS_BEFORE: Final = re.compile(r"[\w.+-]{1,64}\Z")
ADDRESS_AFTER: Final = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,63}")
NOBODY: Final = "git@github.com"
"""How repositories are fetched: it reaches no mailbox."""
LINK: Final = re.compile(r"https?://[^\s<>]{1,2000}")
DIGEST: Final = "sha256:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text of the draft. `anchor`: the id of its field on the editor's page."""

    anchor: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidences:
    """What is not to be said. `addresses`: those that are public anyway.

    `conversation`: what was written among the team and with the reporter, the newest first.
    """

    identities: Sequence[str] = ()
    people: Sequence[str] = ()
    internal: Sequence[str] = ()
    conversation: Sequence[str] = ()
    addresses: Sequence[str] = ()
    reference_prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`found`: the words as they stand in the passage, first seen in `line`."""

    kind: LeakKind
    anchor: str
    label: str
    line: int
    found: str

    @property
    def identity(self) -> str:
        """The same for the same words in the same field, wherever they stand there."""
        return "\n".join((self.kind, self.anchor.split("-")[0], " ".join(_folded(self.found).split())))


@dataclass(frozen=True, slots=True)
class _Hit:
    kind: LeakKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    plain: str
    start: int
    end: int
    is_capitalised: bool


type _Phrase = tuple[str, ...]
type _Phrases = Mapping[str, Sequence[tuple[_Phrase, LeakKind, bool]]]
"""By their first words; with whether they count only where they are written with a capital."""


def search(passages: Sequence[Passage], confidences: Confidences) -> list[Finding]:
    """Everything that should be looked at, in the order of the passages; the same words once each field."""
    texts = [characters.INVISIBLE_RUN.sub("", passage.text) for passage in passages]
    words = [_words(text) for text in texts]
    phrases = _phrases(confidences)
    copied = _copied(words, confidences.conversation)
    findings: dict[str, Finding] = {}
    for passage, text, own in zip(passages, texts, words, strict=True):
        hits = [*_keys(text), *_addresses(text, confidences), *_references(text, confidences)]
        hits += [*_said(own, phrases), *_repeated(own, copied)]
        for hit in sorted(hits, key=lambda hit: hit.start):
            finding = Finding(
                kind=hit.kind,
                anchor=passage.anchor,
                label=passage.label,
                line=text.count("\n", 0, hit.start) + 1,
                found=text[hit.start : hit.end],
            )
            findings.setdefault(finding.identity, finding)
    return list(findings.values())


def _folded(text: str) -> str:
    """Without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _words(text: str) -> list[_Word]:
    return [
        _Word(_folded(found[0]), found.start(), found.end(), is_capitalised=found[0][0].isupper())
        for found in WORD.finditer(text)
    ]


def _phrase(text: str) -> _Phrase:
    return tuple(WORD.findall(_folded(text)))


def _phrases(confidences: Confidences) -> _Phrases:
    found: defaultdict[str, list[tuple[_Phrase, LeakKind, bool]]] = defaultdict(list)
    for kind, texts in (
        (LeakKind.IDENTITY, confidences.identities),
        (LeakKind.PERSON, confidences.people),
        (LeakKind.INTERNAL, confidences.internal),
    ):
        for phrase, only_capitalised in dict.fromkeys(each for text in texts for each in _told_by(text, kind)):
            found[phrase[0]].append((phrase, kind, only_capitalised))
    return found


def _told_by(text: str, kind: LeakKind) -> Iterator[tuple[_Phrase, bool]]:
    """A name whole, and of a person's on the reporter's side each part that is long enough to tell them by."""
    whole = _phrase(text)
    if sum(map(len, whole)) >= SHORTEST_NAME:
        yield whole, False
    if kind is LeakKind.IDENTITY and "@" not in text and len(whole) > 1:
        yield from (((part,), True) for part in whole if len(part) >= SHORTEST_PART)


def says(text: str, name: str) -> bool:
    """Whether `name` stands in `text`, whole, however it is spelt."""
    phrase, words = _phrase(name), _phrase(text)
    size = len(phrase)
    return size > 0 and any(words[start : start + size] == phrase for start in range(len(words) - size + 1))


def _said(words: Sequence[_Word], phrases: _Phrases) -> Iterator[_Hit]:
    reached = 0
    for place, word in enumerate(words):
        candidates = [
            (phrase, kind)
            for phrase, kind, only_capitalised in phrases.get(word.plain, ())
            if (word.is_capitalised or not only_capitalised)
            and tuple(each.plain for each in words[place : place + len(phrase)]) == phrase
        ]
        if candidates and word.start >= reached:
            phrase, kind = max(candidates, key=lambda candidate: len(candidate[0]))
            reached = words[place + len(phrase) - 1].end
            yield _Hit(kind, word.start, reached)


def _copied(passages: Sequence[Sequence[_Word]], conversation: Sequence[str]) -> set[_Phrase]:
    """The stretches of so many words that draft and conversation have in common."""
    own = {shingle for words in passages for shingle in _shingles([word.plain for word in words])}
    common: set[_Phrase] = set()
    left = MOST_COMPARED
    for text in conversation:
        if left <= 0 or not own:
            break
        common |= own.intersection(_shingles(WORD.findall(_folded(text[:left]))))
        left -= len(text)
    return common


def _shingles(words: Sequence[str]) -> Iterator[_Phrase]:
    return zip(*(islice(words, first, None) for first in range(SHINGLE)), strict=False)


def _repeated(words: Sequence[_Word], copied: set[_Phrase]) -> Iterator[_Hit]:
    """Stretches that overlap or touch are one."""
    first = last = -1
    for place, shingle in enumerate(_shingles([word.plain for word in words])):
        if shingle not in copied:
            continue
        if first < 0 or place > last:
            if first >= 0:
                yield _Hit(LeakKind.COPIED, words[first].start, words[last - 1].end)
            first = place
        last = place + SHINGLE
    if first >= 0:
        yield _Hit(LeakKind.COPIED, words[first].start, words[last - 1].end)


def _addresses(text: str, confidences: Confidences) -> Iterator[_Hit]:
    """From each @ outwards. An address that is public anyway is none to hide."""
    public = {NOBODY, *(address.casefold() for address in confidences.addresses)}
    at = text.find("@")
    while at >= 0:
        before = ADDRESS_BEFORE.search(text[max(0, at - 64) : at])
        after = ADDRESS_AFTER.match(text, at + 1)
        if before and after:
            start, end = at - len(before[0]), after.end()
            if text[start:end].casefold() not in public:
                yield _Hit(LeakKind.ADDRESS, start, end)
        at = text.find("@", at + 1)


def _references(text: str, confidences: Confidences) -> Iterator[_Hit]:
    """References of reports, of which the world knows nothing. Those of advisories look different."""
    if confidences.reference_prefix:
        pattern = rf"\b{re.escape(confidences.reference_prefix)}-[0-9A-Z]{{4}}-[0-9A-Z]{{4}}\b"
        for found in re.finditer(pattern, text, re.IGNORECASE | re.ASCII):
            yield _Hit(LeakKind.INTERNAL, found.start(), found.end())


def _keys(text: str) -> Iterator[_Hit]:
    reached = 0
    spans = [found.span() for found in KNOWN_KEYS.finditer(text)]
    spans += [found.span() for found in DOTTED.finditer(text) if _is_token(found[0])]
    apart = LINK.sub(lambda found: found[0].replace("/", " "), text)
    spans += [
        found.span()
        for found in RUN.finditer(apart)
        if _is_random(found[0]) and not apart.endswith(DIGEST, 0, found.start())
    ]
    for start, end in sorted(spans):
        if start >= reached:
            yield _Hit(LeakKind.KEY, start, end)
            reached = end


def _is_token(run: str) -> bool:
    """A JSON Web Token: both of its first parts begin as JSON does in base 64."""
    parts = run.split(".")
    return len(parts) >= PARTS_OF_A_JWT and parts[0].startswith("eyJ") and parts[1].startswith("eyJ")


def _is_random(run: str) -> bool:
    if HEX.fullmatch(run):
        return len(run) != LENGTH_OF_A_COMMIT and _entropy(run.lower()) >= LEAST_ENTROPY_OF_HEX
    kinds = (any(map(str.isdigit, run)), any(map(str.isupper, run)), any(map(str.islower, run)))
    return all(kinds) and not LETTERS.search(run) and _entropy(run) >= LEAST_ENTROPY


def _entropy(run: str) -> float:
    """Bits a character, by how often each occurs."""
    counts = Counter(run).values()
    return -sum(count / len(run) * math.log2(count / len(run)) for count in counts)

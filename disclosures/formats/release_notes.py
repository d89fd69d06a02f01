"""The paragraph in a release's notes that leads to the advisory (P32): put there once, however often."""

import re
from typing import Final

from disclosures.formats import plain
from disclosures.snapshot import Snapshot
from portal.policy.clauses import Clause
from portal.policy.enforce import enforces

COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# What may follow an address without being a part of it.
ENDED: Final = r"(?![\w/?=&%#~+-]|\.\w)"


@enforces(Clause.P32)
def with_link(notes: str, snapshot: Snapshot, *, repository: str) -> str:
    """The notes with the paragraph, in place of the one that was there or at the end. Nothing else changes."""
    ours = _marked(snapshot)
    paragraph = f"{_begin(snapshot)}\n{text(snapshot, repository=repository)}\n{_end(snapshot)}"
    found = ours.search(notes)
    if found is None:
        return f"{notes.rstrip()}\n\n{paragraph}\n".lstrip()
    before, after = notes[: found.start()], ours.sub("", notes[found.end() :])
    return f"{before}{paragraph}{after}"


def without_link(notes: str, snapshot: Snapshot) -> str:
    """The notes as they were, for a paragraph that got into the wrong release."""
    return f"{_marked(snapshot).sub('', notes).rstrip()}\n".lstrip()


@enforces(Clause.P32)
def has_link(notes: str, url: str) -> bool:
    """Whether the address stands there for people to follow: not in a comment, and not as the beginning of another."""
    address = plain.address(url)
    return bool(address) and bool(re.search(re.escape(address) + ENDED, COMMENT.sub("", notes)))


def text(snapshot: Snapshot, *, repository: str) -> str:
    """Leads to the advisory in the release's own repository; to our page until that exists."""
    marked = "**REHEARSAL** " if snapshot.is_rehearsal else ""
    known = (_ghsa_id(snapshot, repository=repository), snapshot.cve_id)
    ids = f" ({', '.join(identifier for identifier in known if identifier)})" if any(known) else ""
    return f"{marked}**Security:** this release fixes {_title(snapshot, repository=repository)}{ids}."


def link(snapshot: Snapshot, *, repository: str) -> str:
    """Where the paragraph leads; empty while there is no such place."""
    advisory = snapshot.ghsa_in(repository)
    return plain.address(advisory.url if advisory else "") or plain.address(snapshot.page_url)


def _title(snapshot: Snapshot, *, repository: str) -> str:
    title = plain.markdown(snapshot.title or snapshot.identifier)
    address = link(snapshot, repository=repository)
    return f"[{title}](<{address}>)" if address else title


def _ghsa_id(snapshot: Snapshot, *, repository: str) -> str:
    advisory = snapshot.ghsa_in(repository)
    return advisory.ghsa_id if advisory else ""


def _begin(snapshot: Snapshot) -> str:
    return f"<!-- security advisory {snapshot.identifier} -->"


def _end(snapshot: Snapshot) -> str:
    return f"<!-- end of security advisory {snapshot.identifier} -->"


def _marked(snapshot: Snapshot) -> re.Pattern[str]:
    """Never more than one paragraph, even if somebody has deleted the end of another."""
    begin, end = re.escape(_begin(snapshot)), re.escape(_end(snapshot))
    return re.compile(f"{begin}(?:(?!{begin}).)*?{end}", re.DOTALL)

"""Names in what is sent to GitHub, which takes no login that nobody has there.

People write their handle as they like, and rename themselves. Who is not known there holds up no disclosure: they are
thanked in the text, and the team's page about credit says so.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from disclosures.consent import family_of
from disclosures.enums import CreditAnswerKind
from disclosures.models import Credit
from disclosures.snapshot import Snapshot
from portal.github import GitHub, NotAccepted
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports.models import Report

type Write = Callable[[Snapshot], OnGitHub]


@dataclass(frozen=True, slots=True)
class Sent:
    """`strangers`: handles that GitHub does not know, in small letters."""

    found: OnGitHub
    strangers: frozenset[str] = frozenset()


@enforces(Clause.P18)
def send(snapshot: Snapshot, write: Write, *, github: GitHub) -> Sent:
    """What was refused is not done, so it can be sent again, without the logins that GitHub does not know."""
    try:
        return Sent(write(snapshot))
    except NotAccepted as refusal:
        handles = {person.handle.lower() for person in snapshot.credits if person.handle}
        if not handles or (refusal.fields and "credits" not in refusal.fields):
            raise
        strangers = frozenset(handle for handle in handles if not github.knows(handle))
        if not strangers:
            raise
    return Sent(write(in_words(snapshot, strangers)), strangers)


def in_words(snapshot: Snapshot, handles: Collection[str]) -> Snapshot:
    """With these people thanked in the text alone."""
    people = [replace(each, handle="") if each.handle.lower() in handles else each for each in snapshot.credits]
    return replace(snapshot, credits=tuple(people))


def unnamed(snapshot: Snapshot) -> Snapshot:
    """For a draft, which every administrator of the repository reads: people agreed to be named in what is public."""
    return replace(snapshot, credits=())


def mark(report: Report, handles: Collection[str], *, now: datetime) -> None:
    """So that these are not sent again, and the team can ask whose they are."""
    if not handles:
        return
    named = Credit.objects.filter(report__in=family_of(report), answer=CreditAnswerKind.NAMED)
    strangers = [row.pk for row in named.select_related("report") if row.handle.lower() in handles]
    Credit.objects.filter(pk__in=strangers).update(handle_unknown_at=now)

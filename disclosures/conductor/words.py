"""Whose words stand in each repository: which revision was written there, and older ones written anew (P29)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from disclosures import publishing
from disclosures.conductor import beginning
from disclosures.conductor.outcome import Attempt
from disclosures.enums import AdvisoryState, RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import RepositoryAdvisory, Revision, Step
from disclosures.snapshot import Snapshot
from portal.policy import Clause, enforces
from reports.guards import Refused

NOT_OURS: Final = 0
"""In the place of a revision's number: what stands there is somebody else's, or nobody knows what it is."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said, and by which revision of the advisory."""

    snapshot: Snapshot
    revision: int


def approved(attempt: Attempt) -> Words:
    advisory = attempt.step.advisory
    if advisory is None:
        raise Refused("It is about no advisory.")
    revision = publishing.cleared(advisory)
    return Words(publishing.snapshot_of(advisory, revision, now=attempt.now), revision.number)


def public(attempt: Attempt) -> Words:
    """Those that are public already, or are about to be in the repositories that are left."""
    advisory = attempt.step.advisory
    revision = publishing.published(advisory) if advisory else None
    if advisory is None or revision is None:
        return approved(attempt)
    return Words(publishing.snapshot_of(advisory, revision, now=attempt.now), revision.number)


def set_out(row: RepositoryAdvisory, words: Words) -> None:
    """Before other words are sent than those that stand there: nobody knows which do, should the answer be lost."""
    if row.written_revision not in {None, words.revision}:
        note(row, NOT_OURS)


def note(row: RepositoryAdvisory, revision: int) -> None:
    row.written_revision = revision
    RepositoryAdvisory.objects.filter(pk=row.pk).update(written_revision=revision)


def behind() -> QuerySet[RepositoryAdvisory]:
    """Where other words stand than on our own page. Of what was written before this was kept, nothing is known."""
    newest = Revision.objects.filter(advisory=OuterRef("advisory"), published_at__isnull=False).order_by("-number")
    rows = RepositoryAdvisory.objects.filter(
        state=RepositoryAdvisoryState.PUBLISHED,
        advisory__state=AdvisoryState.PUBLISHED,
        report__erased_at=None,
        written_revision__isnull=False,
    ).annotate(public_revision=Subquery(newest.values("number")[:1]))
    return rows.filter(public_revision__isnull=False).exclude(written_revision=F("public_revision"))


@enforces(Clause.P29, Clause.P30)
def sweep(*, now: datetime) -> None:
    """Have every repository say what our page says. What is being written is left to its step, and what cannot be
    written any more to people, who see it on the page of the day.
    """
    at_it = Step.objects.filter(
        kind=StepKind.REWRITE, advisory=OuterRef("advisory"), project=OuterRef("project")
    ).exclude(state=StepState.DONE)
    rows = behind().filter(~Exists(at_it)).select_related("report").order_by("report_id", "pk")
    for report, found in groupby(rows, key=lambda row: row.report):
        beginning.write_again(report, list(found), now=now)

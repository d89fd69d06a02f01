"""Whether an advisory followed the release of its project, on the same day (P31).

It is judged once, when GitHub has shown both: what somebody published by hand may be seen before its release is.
"""

from datetime import datetime

from django.conf import settings

from disclosures.enums import ReleaseState
from disclosures.models import Release, RepositoryAdvisory
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind
from reports.models import Report


@enforces(Clause.P31)
def judge(report: Report, project: int, *, now: datetime) -> None:
    """By the moments that GitHub tells, and not by when we looked. Run it in the transaction that keeps one of them."""
    release = Release.objects.filter(report=report, project=project, state=ReleaseState.PUBLISHED).first()
    if release is None or release.published_at is None:
        return
    unjudged = RepositoryAdvisory.objects.filter(
        report=report, project=project, published_at__isnull=False, kept_the_day=None
    )
    for row in unjudged.order_by("pk"):
        kept = row.published_at is not None and follows(row.published_at, released_at=release.published_at)
        if RepositoryAdvisory.objects.filter(pk=row.pk, kept_the_day=None).update(kept_the_day=kept):
            kind = EventKind.SAME_DAY_KEPT if kept else EventKind.SAME_DAY_MISSED
            history.append(report, kind, by=None, now=now, project=project)


def follows(published_at: datetime, *, released_at: datetime) -> bool:
    day_of = settings.POLICY.calendar.day_of
    return released_at <= published_at and day_of(released_at) == day_of(published_at)

"""A CVE ID that came late reaches everything that names the vulnerability, by one action (P16)."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from disclosures import cves, publishing
from disclosures.conductor import beginning
from disclosures.cve_states import is_to_be_spread
from disclosures.enums import AdvisoryState, CveState, RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import CveRequest, PublishedAdvisory, RepositoryAdvisory, Step
from portal.policy import Clause, enforces
from reports import history, notices
from reports.access import Permission
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused, demand
from teams.models import User

NAMED_BY: Final = (StepKind.PUBLISH, StepKind.PAGE, StepKind.NOTES, StepKind.REWRITE)
"""Steps after which what they wrote names the ID."""
BATCH: Final = 200


@enforces(Clause.P16)
def spread(wish: CveRequest, *, by: User, now: datetime) -> None:
    """Write a new revision of our own page and exports at once, and have GitHub's advisories and notes rewritten.

    Once that is done, `settle` tells the reporter and closes the obligation.
    """
    report = wish.report
    demand(by, Permission.PUBLISH, report)
    if wish.cve_id is None:
        raise Refused("There is no ID yet.")
    if wish.advisory.state == AdvisoryState.DRAFT:
        raise Refused("Nothing is published yet: the ID goes out with the advisory.")
    if wish.advisory.state == AdvisoryState.WITHDRAWN:
        raise Refused("The advisory is withdrawn: its ID has to be rejected.")
    if not is_to_be_spread(wish, wish.advisory):
        raise Refused("Everything that was published names it already.")
    with transaction.atomic():
        history.append(report, EventKind.CVE_CHANGED, by=by, now=now, wish=wish.pk, deed="spread")
        beginning.write_everywhere(report, changed=f"It is called {wish.cve_id} now.", now=now)
        _settle_if_done(wish, now=now)


@enforces(Clause.P16)
def reject(wish: CveRequest, *, reason: str, by: User, now: datetime) -> CveRequest:
    """It names the vulnerability no more: what was published is written again, and another ID is wanted.

    Of a withdrawn advisory our own pages alone say so. On GitHub people have changed it by hand, and it stays so.
    """
    with transaction.atomic():
        following = cves.reject(wish, reason=reason, by=by, now=now)
        if wish.cve_id is not None and wish.advisory.state == AdvisoryState.WITHDRAWN:
            publishing.publish_again(wish.advisory, changed=f"{wish.cve_id} was rejected.", now=now)
        elif wish.cve_id is not None and wish.advisory.state != AdvisoryState.DRAFT:
            beginning.write_everywhere(wish.report, changed=f"{wish.cve_id} was rejected.", now=now)
        return following


def keep_one(wish: CveRequest, *, other: str, keeps_other: bool, by: User, now: datetime) -> CveRequest:
    """Of two IDs one is kept. Where the other one stands on GitHub it is written over; a new one waits to be spread."""
    with transaction.atomic():
        kept = cves.keep_one(wish, other=other, keeps_other=keeps_other, by=by, now=now)
        rows = RepositoryAdvisory.objects.filter(advisory=wish.advisory, state=RepositoryAdvisoryState.PUBLISHED)
        if not keeps_other and wish.advisory.state == AdvisoryState.PUBLISHED:
            beginning.write_again(wish.report, list(rows), now=now)
        return kept


@enforces(Clause.P16)
def settle(*, now: datetime) -> None:
    """Close the obligation of each ID that is in everything by now, and tell who reported it."""
    for wish in _everywhere().select_related("report", "advisory").order_by("pk")[:BATCH]:
        _settle(wish, now=now)


def _settle_if_done(wish: CveRequest, *, now: datetime) -> None:
    if _everywhere().filter(pk=wish.pk).exists():
        _settle(wish, now=now)


def _everywhere() -> QuerySet[CveRequest]:
    """Those whose ID our own page names, and each advisory and release note on GitHub that was written since it came,
    where no step is left that would write it elsewhere. A rehearsal has no page.
    """
    named = PublishedAdvisory.objects.filter(
        identifier=OuterRef("advisory__identifier"), cve_ids__contains=[OuterRef("cve_id")]
    )
    undone = Step.objects.filter(report=OuterRef("report"), kind__in=NAMED_BY).exclude(
        state__in=[StepState.DONE, StepState.SKIPPED]
    )
    return CveRequest.objects.filter(
        ~Exists(undone),
        ~Exists(_written_before(StepKind.PUBLISH, StepKind.REWRITE)),
        ~Exists(_written_before(StepKind.NOTES)),
        Q(report__is_rehearsal=True) | Exists(named),
        state__in=[CveState.ASSIGNED, CveState.PUBLISHED],
        spread_at=None,
        advisory__state=AdvisoryState.PUBLISHED,
    )


def _written_before(*kinds: StepKind) -> QuerySet[RepositoryAdvisory]:
    """Where it stands on GitHub, and no step of these kinds began since the ID came. One that gave up counts: it cannot
    be written there.
    """
    since = Step.objects.filter(
        advisory=OuterRef("advisory"),
        project=OuterRef("project"),
        kind__in=kinds,
        done_at__gte=OuterRef(OuterRef("assigned_at")),
    )
    return RepositoryAdvisory.objects.filter(
        ~Exists(since), advisory=OuterRef("advisory"), state=RepositoryAdvisoryState.PUBLISHED
    )


def _settle(wish: CveRequest, *, now: datetime) -> None:
    """The reporter hears of an ID that came after the advisory; one that came with it stands in what they were sent.

    Nothing is settled while something is wrong with it, such as another ID that stands on GitHub in its place.
    """
    if wish.problem:
        return
    with transaction.atomic():
        if not CveRequest.objects.filter(pk=wish.pk, spread_at=None).update(spread_at=now):
            return
        wish.spread_at, report, published_at = now, wish.report, wish.advisory.published_at
        history.append(report, EventKind.CVE_CHANGED, by=None, now=now, wish=wish.pk, deed="settled")
        came_late = wish.assigned_at and published_at and wish.assigned_at > published_at
        if came_late and not report.is_rehearsal:
            notices.tell_reporters(report, NoticeKind.CVE_CAME, fact=f"cve:{wish.pk}", now=now)

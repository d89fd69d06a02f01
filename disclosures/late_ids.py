"""Waiting for CVE IDs: a late one is the normal case, and is not forgotten (P15, P16)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from disclosures import cves
from disclosures.cve_states import ENDED
from disclosures.enums import AdvisoryState, CveState
from disclosures.models import Advisory, CveRequest
from portal.policy import Clause, enforces
from reports import notices
from reports.enums import NoticeKind

BATCH = 200


@enforces(Clause.P15)
def open_wishes(*, now: datetime) -> None:
    """Each advisory has its wish, by whatever way it came about. A withdrawn one needs none after one was rejected."""
    counts = ~Q(state__in=ENDED) | Q(advisory__state=AdvisoryState.WITHDRAWN)
    wishes = CveRequest.objects.filter(counts, advisory=OuterRef("pk"))
    without = Advisory.objects.filter(~Exists(wishes)).select_related("report").filter(report__erased_at=None)
    for advisory in without.order_by("pk")[:BATCH]:
        cves.need(advisory, now=now)


@enforces(Clause.P16)
def remind(*, now: datetime) -> None:
    """Tell the coordinator, or everybody, of each ID that is late, once for each day of the policy.

    After a long pause of the portal they are told once, of the last of these days.
    """
    due = Q(pk__in=[])
    for days in settings.POLICY.cve.reminder_days:
        due |= Q(requested_at__lte=now - timedelta(days=days), reminded_after__lt=days)
    with transaction.atomic():
        late = (
            CveRequest.objects.filter(due, state=CveState.REQUESTED)
            .order_by("requested_at", "pk")
            .select_related("report__coordinator")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))
        )
        for wish in late[:BATCH]:
            _remind(wish, now=now)


def _remind(wish: CveRequest, *, now: datetime) -> None:
    if wish.requested_at is None:
        return
    days = settings.POLICY.cve.reminder_due(wish.requested_at, now=now)
    if CveRequest.objects.filter(pk=wish.pk, reminded_after__lt=days).update(reminded_after=days):
        fact = f"cve:{wish.pk}:{wish.requested_at:%Y%m%d}:{days}"
        notices.tell_coordinator(wish.report, NoticeKind.CVE_LATE, fact=fact, now=now)

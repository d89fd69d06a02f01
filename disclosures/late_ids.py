"""Waiting for CVE IDs: a late one is the normal case, and is not forgotten (P15, P16)."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, When
from django.db.models.functions import Greatest

from disclosures import cves
from disclosures.cve_states import ENDED
from disclosures.enums import AdvisoryState, CveState
from disclosures.models import Advisory, CveRequest
from portal.policy import Clause, enforces
from reports import notices
from reports.enums import NoticeKind

BATCH = 200
OWED: Final = Q(
    Q(state=CveState.REQUESTED, requested_at__isnull=False)
    | Q(state=CveState.NEEDED, advisory__state=AdvisoryState.PUBLISHED),
    report__is_rehearsal=False,
    report__erased_at=None,
    advisory__dropped_at=None,
)
"""IDs that have not come. A rehearsal owes nothing to anybody."""
SINCE: Final = Case(
    When(state=CveState.REQUESTED, then=F("requested_at")),
    default=Greatest(F("advisory__published_at"), F("created_at")),
    output_field=DateTimeField(),
)
"""The same as `cves.owed_since`, for the database."""


@enforces(Clause.P15)
def open_wishes(*, now: datetime) -> None:
    """Each advisory has its wish, by whatever way it came about. A withdrawn one needs none after one was rejected."""
    counts = ~Q(state__in=ENDED) | Q(advisory__state=AdvisoryState.WITHDRAWN)
    wishes = CveRequest.objects.filter(counts, advisory=OuterRef("pk"))
    without = Advisory.objects.filter(~Exists(wishes)).select_related("report").filter(report__erased_at=None)
    for advisory in without.order_by("pk")[:BATCH]:
        cves.need(advisory, now=now)


@enforces(Clause.P15, Clause.P16)
def remind(*, now: datetime) -> None:
    """Tell the coordinator, or everybody, of each ID that is late, once for each day of the policy.

    One that is asked for ages from then on; one that nobody asks for, from the publication of its advisory. After a
    long pause of the portal they are told once, of the last of these days.
    """
    due = Q(pk__in=[])
    for days in settings.POLICY.cve.reminder_days:
        due |= Q(since__lte=now - timedelta(days=days), reminded_after__lt=days)
    with transaction.atomic():
        late = (
            CveRequest.objects.filter(OWED)
            .annotate(since=SINCE)
            .filter(due)
            .order_by("since", "pk")
            .select_related("report__coordinator", "advisory")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))
        )
        for wish in late[:BATCH]:
            _remind(wish, now=now)


def _remind(wish: CveRequest, *, now: datetime) -> None:
    since = cves.owed_since(wish, wish.advisory)
    days = settings.POLICY.cve.reminder_due(since, now=now)
    if CveRequest.objects.filter(pk=wish.pk, reminded_after__lt=days).update(reminded_after=days):
        kind = NoticeKind.CVE_LATE if wish.state == CveState.REQUESTED else NoticeKind.CVE_NEEDED
        fact = f"cve:{wish.pk}:{since:%Y%m%d}:{days}"
        notices.tell_coordinator(wish.report, kind, fact=fact, now=now)

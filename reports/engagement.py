"""Whether the team looks after each report: who opened it, acted on it, or trusts that it is handled (P21).

For each report and each person by name, and never a ranking: nobody is counted against anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce

from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind
from reports.guards import Refused
from reports.models import Report, ReportEvent
from reports.models.report import ReportQuerySet
from reports.sight import Sight, Trace
from teams.membership import standing_of
from teams.models import User

NOBODY = 0
"""No account's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What one member has given a report: the last moments of each, if there are some."""

    user: User
    opened: datetime | None
    acted: datetime | None
    trusted: datetime | None

    @property
    def has_looked(self) -> bool:
        return bool(self.opened or self.acted or self.trusted)


@enforces(Clause.P21)
def trust(report: Report, *, by: User, now: datetime) -> None:
    """Say, without opening it, that the others have it in hand. Said twice, it is kept once."""
    if not standing_of(by).is_member:
        raise Refused("That is for members of the security team to say.")
    said = ReportEvent.objects.filter(report=report, user=by, kind=EventKind.TRUSTED)
    with transaction.atomic():
        if not said.exists():
            history.append(report, EventKind.TRUSTED, by=by, now=now)


def attention_of(sights: Iterable[Sight], traces: Iterable[Trace]) -> list[Attention]:
    """Of the members among `sights`, in their order."""
    left = {trace.user_id: trace for trace in traces if trace.user_id is not None}
    members = [sight.user for sight in sights if sight.by_membership and sight.user is not None]
    return [_attention(user, left.get(user.pk)) for user in members]


@enforces(Clause.P21)
def not_looked_at_by(user_id: int) -> ReportQuerySet:
    """Open reports on which the person has left no trace, the oldest first."""
    return _open().exclude(events__user=user_id).oldest_first()


@enforces(Clause.P21)
def overlooked(*, since: datetime) -> ReportQuerySet:
    """Open reports that came before then, and of which nobody but the coordinator has taken notice."""
    others = (
        ReportEvent.objects.filter(report=OuterRef("pk"), user__isnull=False)
        .exclude(user=Coalesce(OuterRef("coordinator"), Value(NOBODY)))
        .exclude(kind=EventKind.REFUSED_TO_HELP)  # without having seen it
    )
    return _open().filter(~Exists(others), received_at__lte=since).oldest_first()


def patience_began(now: datetime) -> datetime:
    """A report that came later may still be looked at in time."""
    return now - timedelta(days=settings.POLICY.attention.overlooked_days)


def _attention(user: User, trace: Trace | None) -> Attention:
    if trace is None:
        return Attention(user=user, opened=None, acted=None, trusted=None)
    return Attention(user=user, opened=trace.last, acted=trace.acted, trusted=trace.trusted)


def _open() -> ReportQuerySet:
    return Report.objects.open().in_queue()

"""What the administration's history of a row shows: our own events, which need-to-know guards.

Django's own log is not kept for rows of reports. Its table knows no need-to-know, and whoever lost access would find
the references of reports among their "recent actions" still (trap 6).
"""

from dataclasses import dataclass
from datetime import datetime

from reports.enums import EventKind
from reports.models import Report, ReportEvent
from teams.models import User


@dataclass(frozen=True, slots=True)
class Correction:
    """An event in the shape that Django's template knows from its own log."""

    action_time: datetime
    user: User | None
    get_change_message: str


def corrections_of(report: Report, *, model: str) -> list[Correction]:
    """Of all rows of this kind on the report, the oldest first."""
    events = ReportEvent.objects.filter(report=report, kind=EventKind.CORRECTED, details__model=model)
    return [
        Correction(event.at, event.user, f"Changed {', '.join(event.details.get('fields', []))}.")
        for event in events.select_related("user").order_by("at", "id")
    ]

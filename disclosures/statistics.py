"""What is told in public of how disclosures go: from what was published alone, late, and in steps (traps 2).

A report that is not disclosed yet is in no figure here, so none of them can give it away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count, Q

from disclosures.enums import TimeToFix
from disclosures.models import PublishedAdvisory

ENOUGH: Final = 10
"""With fewer advisories a share would tell of single ones."""
STEP: Final = 10
SOON: Final = (TimeToFix.MONTH, TimeToFix.QUARTER)


@dataclass(frozen=True, slots=True)
class Figure:
    value: str
    meaning: str


def in_public(*, now: datetime) -> list[Figure]:
    """Nothing until there is enough to tell."""
    until = now - timedelta(days=settings.POLICY.advisories.statistics_delay_days)
    counted = PublishedAdvisory.objects.filter(published_at__lte=until).aggregate(
        all=Count("pk"),
        known=Count("pk", filter=~Q(time_to_fix="")),
        month=Count("pk", filter=Q(time_to_fix=TimeToFix.MONTH)),
        quarter=Count("pk", filter=Q(time_to_fix__in=SOON)),
    )
    if counted["all"] < ENOUGH:
        return []
    told = [Figure(f"{_down(counted['all'])} or more", "advisories published")]
    if counted["known"] >= ENOUGH:
        told += [
            Figure(_share(counted["month"], counted["known"]), "fixed and disclosed within 30 days"),
            Figure(_share(counted["quarter"], counted["known"]), "fixed and disclosed within 90 days"),
        ]
    return told


def _share(some: int, whole: int) -> str:
    return "100 %" if some == whole else f"{_down(100 * some // whole)} % or more"


def _down(number: int) -> int:
    return number // STEP * STEP

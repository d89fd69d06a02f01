"""What is told in public of how disclosures go: from what was published alone, late, and in steps (traps 2).

A report that is not disclosed yet is in no figure here, so none of them can give it away.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from disclosures.enums import TimeToFix
from disclosures.models import PublicStatistics, PublishedAdvisory
from reports import public_figures

ENOUGH: Final = 10
"""With fewer advisories a share would tell of single ones."""
STEP: Final = 10
SOON: Final = (TimeToFix.MONTH, TimeToFix.QUARTER)


@dataclass(frozen=True, slots=True)
class Figure:
    value: str
    meaning: str


def renew(*, now: datetime) -> None:
    """Count them once for each month, so that no page waits for it."""
    until = public_figures.until(now=now)
    if PublicStatistics.objects.filter(until=until).exists():
        return
    counted = PublishedAdvisory.objects.filter(published_at__lt=until).aggregate(
        published=Count("pk"),
        known=Count("pk", filter=~Q(time_to_fix="")),
        within_month=Count("pk", filter=Q(time_to_fix=TimeToFix.MONTH)),
        within_quarter=Count("pk", filter=Q(time_to_fix__in=SOON)),
    )
    PublicStatistics.objects.update_or_create(pk=1, defaults={"until": until, **counted})


def in_public() -> list[Figure]:
    """Nothing until there is enough to tell."""
    counted = PublicStatistics.objects.first()
    if counted is None or counted.published < ENOUGH:
        return []
    told = [Figure(f"{_down(counted.published)} or more", "advisories published")]
    if counted.known >= ENOUGH:
        told += [
            Figure(_share(counted.within_month, counted.known), "fixed and disclosed within 30 days"),
            Figure(_share(counted.within_quarter, counted.known), "fixed and disclosed within 90 days"),
        ]
    return told


def _share(some: int, whole: int) -> str:
    return "100 %" if some == whole else f"{_down(100 * some // whole)} % or more"


def _down(number: int) -> int:
    return number // STEP * STEP

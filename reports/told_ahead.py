"""What is told ahead of a disclosure to those whom the settings name: day, hour, severity, projects, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.conf import settings
from django.utils.text import get_text_list

SUBJECT = "A security release is planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsUp:
    """`hour`: a whole one, in the organisation's zone. `projects`: by their names."""

    day: date
    hour: int
    severity: str
    projects: Sequence[str]

    @property
    def sentences(self) -> list[str]:
        """The mail's own words: nobody writes anything into them."""
        zone = settings.POLICY.calendar.zone.key
        named = get_text_list(list(self.projects), "and")
        when = f"{self.day:%A} {self.day.day} {self.day:%B %Y}, about {self.hour:02}:00 ({zone})"
        return [
            f"A security release of {named} is planned for {when}. It may come later; nothing is published before it.",
            f"Its severity is {self.severity}. What it is about is published with it.",
        ]

    @property
    def details(self) -> dict[str, str | int | list[str]]:
        """For the record, and so for the mails that follow from it."""
        return {"day": self.day.isoformat(), "hour": self.hour, "severity": self.severity, "of": list(self.projects)}


def read(details: Mapping[str, object]) -> HeadsUp:
    """From what the record keeps."""
    return HeadsUp(
        day=date.fromisoformat(str(details["day"])),
        hour=cast("int", details["hour"]),
        severity=str(details["severity"]),
        projects=cast("list[str]", details["of"]),
    )

"""The plan of a release, as people fill it in: one day for all, and what differs for a project."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from disclosures.planning import Part, Plan, Planned
from portal.plain_text import LineField
from teams.models import User

LATEST = 10
"""Years ahead: what is later is a mistake in typing."""
AS_TYPED = {"autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one project."""

    planned: Planned
    fields: Sequence[BoundField]


def _day(label: str, *, required: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as 2027-01-31.", "required": "Choose a day."},
    )


class PlanForm(forms.Form):
    day = _day("Release on", required=True, help_text="In the organisation's time zone. The advisory follows that day.")
    reason = LineField(
        label="Why that day, against the advice",
        required=False,
        longest=300,
        help_text="Only for a day that had better be avoided. Everybody who works on the report reads it here.",
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        present: Sequence[Planned],
        planned_on: date | None,
        chosen: date | None = None,
        today: date,
    ) -> None:
        self._open = [planned for planned in present if not planned.is_out]
        self._today = today
        reasons = [planned.release.day_reason for planned in self._open if planned.release.day_reason]
        initial: dict[str, object] = {"day": chosen or planned_on, "reason": reasons[0] if reasons else ""}
        for planned in self._open:
            initial |= self._initial_of(planned, planned_on)
        super().__init__(cast("None", data), initial=initial)
        for planned in self._open:
            self._add(planned)

    @staticmethod
    def _initial_of(planned: Planned, planned_on: date | None) -> dict[str, object]:
        number, release = planned.project.pk, planned.release
        able = {person.pk for person in planned.releasers}
        only = planned.releasers[0].pk if len(planned.releasers) == 1 else None
        return {
            f"tag_{number}": release.tag or planned.fixed_version,
            f"releaser_{number}": release.releaser_id if release.releaser_id in able else only,
            f"day_{number}": release.planned_on if release.planned_on != planned_on else None,
        }

    def _add(self, planned: Planned) -> None:
        number, name = planned.project.pk, planned.project.name
        self.fields[f"tag_{number}"] = LineField(
            label=f"Tag of the release of {name}",
            required=False,
            longest=120,
            help_text="Exactly as it will be on GitHub, for example v1.4.2: by it the release is recognised.",
            widget=forms.TextInput(attrs=AS_TYPED),
        )
        self.fields[f"releaser_{number}"] = forms.TypedChoiceField(
            label=f"Who releases {name}",
            choices=[("", "Nobody yet"), *((person.pk, person.name) for person in planned.releasers)],
            coerce=int,
            empty_value=None,
            required=False,
            help_text="" if planned.releasers else "Nobody on the patch team may release it: ask somebody who may.",
            error_messages={"invalid_choice": "They may not release it any more."},
        )
        self.fields[f"day_{number}"] = _day(f"Another day for {name}", help_text="Only if it cannot be the same day.")

    @property
    def for_all(self) -> Sequence[BoundField]:
        return [self["day"], self["reason"]]

    @property
    def groups(self) -> Sequence[Group]:
        return [
            Group(planned, [self[f"{name}_{planned.project.pk}"] for name in ("tag", "releaser", "day")])
            for planned in self._open
        ]

    def clean(self) -> None:
        for name in ("day", *(f"day_{planned.project.pk}" for planned in self._open)):
            day: date | None = self.cleaned_data.get(name)
            if day is not None and not self._today <= day <= self._last_day():
                choose = f"Choose today or a later day, within {LATEST} years."
                self.add_error(name, ValidationError(choose, code="range"))

    def _last_day(self) -> date:
        return date(self._today.year + LATEST, 12, 31)

    def plan(self) -> Plan:
        said = self.cleaned_data
        people = User.objects.in_bulk({said[f"releaser_{planned.project.pk}"] for planned in self._open} - {None})
        return Plan(
            day=said["day"],
            reason=said["reason"],
            parts=[
                Part(
                    project=planned.project,
                    tag=said[f"tag_{planned.project.pk}"],
                    releaser=people.get(said[f"releaser_{planned.project.pk}"]),
                    day=said[f"day_{planned.project.pk}"],
                )
                for planned in self._open
            ],
        )

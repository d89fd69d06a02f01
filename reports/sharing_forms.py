"""What the team fills in to let people in on a report, or to wall them off."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from portal.plain_text import LineField, TextField
from reports import notices
from reports.emergency import SHORTEST_REASON
from reports.enums import SHARED_ROLES, Role
from reports.filters import whole_reference
from reports.models import Report
from reports.spells import Spell
from teams.membership import could_be_let_in
from teams.models import User

LONGEST_REASON = 500
WHO_IS_UNKNOWN = {"required": "Choose somebody.", "invalid_choice": "They cannot be chosen any more."}


def _people(label: str, *, help_text: str = "") -> "forms.ModelChoiceField[User]":
    return forms.ModelChoiceField(
        label=label,
        queryset=User.objects.none(),
        empty_label="Choose somebody",
        help_text=help_text,
        error_messages=WHO_IS_UNKNOWN,
    )


class ShareForm(forms.Form):
    to = _people("Whom", help_text="Maintainers of the organisation's projects, and nobody else.")
    role = forms.ChoiceField(
        label="As what",
        choices=[(role.value, role.label.capitalize()) for role in SHARED_ROLES],
        initial=Role.DEVELOPER,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one of the roles."},
    )
    reason = LineField(
        label="Why fixing it needs them",
        required=False,
        longest=LONGEST_REASON,
        help_text="They and everybody who sees the report can read it. Members of the team need none.",
    )
    until = forms.DateField(
        label="Until the end of",
        required=False,
        help_text="Empty: until somebody ends it.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as 2027-01-31."},
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, today: date) -> None:
        super().__init__(cast("None", data))
        self.today = today
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = could_be_let_in()

    def clean_until(self) -> datetime | None:
        """The end of the chosen day, in the organisation's zone."""
        day: date | None = self.cleaned_data["until"]
        if day is None:
            return None
        if day < self.today or day.year > self.today.year + 10:
            raise ValidationError("Choose today or a later day, within ten years.")
        return day_of(day).ends


class RecuseForm(forms.Form):
    who = _people("Whom", help_text="Yourself, or another member. They see nothing of it from then on.")
    reason = LineField(
        label="Why",
        required=False,
        longest=LONGEST_REASON,
        help_text="Not required. The others can read it.",
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, report: Report) -> None:
        super().__init__(cast("None", data))
        cast("forms.ModelChoiceField[User]", self.fields["who"]).queryset = notices.team_of(report)


class RestrictForm(forms.Form):
    keep = forms.ModelMultipleChoiceField(
        label="Who keeps sight of it beside you",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The rest of the team sees nothing of it from then on, and learns nothing of this.",
        error_messages={"invalid_choice": "Somebody you chose cannot be chosen any more. Look the list over."},
    )
    reason = LineField(
        label="Why not all of the team may know",
        longest=LONGEST_REASON,
        error_messages={"required": "Say why not all of the team may know."},
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, report: Report, by: User) -> None:
        super().__init__(cast("None", data), initial={"keep": [report.coordinator_id]})
        others = notices.team_of(report).exclude(pk=by.pk)
        cast("forms.ModelMultipleChoiceField[User]", self.fields["keep"]).queryset = others


class BreakGlassForm(forms.Form):
    reference = LineField(
        label="Reference of the report",
        longest=40,
        error_messages={"required": "Enter the reference, as it stands in the mails."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = TextField(
        label="Why it cannot wait for somebody of the team",
        longest=LONGEST_REASON,
        help_text="The team reads it at once, and it stays in the report's history.",
        error_messages={"required": "Say why it cannot wait."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_reference(self) -> str:
        return whole_reference(str(self.cleaned_data["reference"])) or str(self.cleaned_data["reference"]).upper()

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"]).strip()
        if len(reason) < SHORTEST_REASON:
            raise ValidationError("Say it in a sentence, so that the team can judge it.")
        return reason


def day_of(day: date) -> Spell:
    """The whole of a day in the organisation's zone."""
    zone = settings.POLICY.calendar.zone
    begins, ends = (datetime.combine(each, time(), tzinfo=zone) for each in (day, day + timedelta(days=1)))
    return Spell(begins, ends)


def chosen_day(text: str, *, report: Report, now: datetime) -> date | None:
    """A day between the report's arrival and today; nothing for anything else."""
    calendar = settings.POLICY.calendar
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if calendar.day_of(report.received_at) <= day <= calendar.day_of(now) else None

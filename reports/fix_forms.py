"""What the patch team fills in about its work: the plan for a project."""

from collections.abc import Mapping
from datetime import date
from typing import cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from portal.plain_text import LineField
from reports import checklist
from reports.checklist import Plan, ProjectWork
from reports.enums import Work
from reports.models import Report
from teams.models import User

AS_TYPED = {"autocomplete": "off", "spellcheck": "false"}


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as 2027-01-31."},
    )


class PlanForm(forms.Form):
    """The fix in one project, and who does which part of it by when."""

    fixed_version = LineField(
        label="First version with the fix",
        required=False,
        longest=60,
        help_text="For example 1.4.2. Needed before the fix is ready.",
        widget=forms.TextInput(attrs=AS_TYPED),
    )
    fork_url = LineField(
        label="Address of the private fork",
        required=False,
        longest=300,
        help_text="Its name carries the advisory's id, and every administrator of the repository can see it.",
        widget=forms.TextInput(attrs=AS_TYPED),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, report: Report, present: ProjectWork) -> None:
        initial: dict[str, object] = {"fixed_version": present.fix.fixed_version, "fork_url": present.fix.fork_url}
        for part in present.parts:
            if part.item is not None:
                initial |= {f"{part.work}_owner": part.item.owner_id, f"{part.work}_due": part.item.due_on}
        super().__init__(cast("None", data), initial=initial)
        team = checklist.team_of(report)
        for work in Work:
            self.fields[f"{work}_owner"] = forms.ModelChoiceField(
                label=f"{work.label.capitalize()}: who",
                queryset=team,
                required=False,
                empty_label="Nobody yet",
                error_messages={"invalid_choice": "They are on the patch team no longer."},
            )
            self.fields[f"{work}_due"] = _day(f"{work.label.capitalize()}: by when")

    def clean_fork_url(self) -> str:
        """A link that people of the team follow: encrypted, and to a host that they can read."""
        text = str(self.cleaned_data["fork_url"])
        if text and not _is_plain_address(text):
            raise ValidationError("Write the whole address, beginning with https://.", code="address")
        return text

    def plan(self) -> Plan:
        said = self.cleaned_data
        owners: dict[Work, User | None] = {work: said[f"{work}_owner"] for work in Work}
        days: dict[Work, date | None] = {work: said[f"{work}_due"] for work in Work}
        return Plan(fixed_version=said["fixed_version"], fork_url=said["fork_url"], owners=owners, days=days)


def _is_plain_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and text.isascii()

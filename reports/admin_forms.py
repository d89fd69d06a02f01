"""What the administration asks before it believes a correction about a report."""

import re
from datetime import datetime
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError

from reports import cvss_ratings
from reports.cvss_metrics import Version
from reports.models import Clock, Grant, Recusal, Report
from reports.notices import team_of
from teams.models import SecurityTeamMembership, User

CWE = re.compile(r"CWE-[1-9]\d{0,4}")
VECTORS = {Version.THREE: "cvss31_vector", Version.FOUR: "cvss40_vector"}


class ReportForm(forms.ModelForm):  # type: ignore[type-arg] # Django's own takes no parameter at run time
    """The facts that the team found. What the reporter wrote is not shown here, and nobody edits it."""

    class Meta:
        model = Report
        fields: ClassVar[list[str]] = ["coordinator", "cvss31_vector", "cvss40_vector", "cwe_ids"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on as they come
        coordinator = self.fields.get("coordinator")
        if isinstance(coordinator, forms.ModelChoiceField):
            coordinator.queryset = team_of(self.instance)

    def clean_cwe_ids(self) -> list[str]:
        numbers: list[str] = self.cleaned_data["cwe_ids"]
        wrong = [number for number in numbers if not CWE.fullmatch(number)]
        if wrong:
            raise ValidationError("Write weaknesses as CWE-79, with commas between them.")
        return list(dict.fromkeys(numbers))

    def clean(self) -> dict[str, object]:
        """Score and rating always follow from the vectors."""
        cleaned: dict[str, object] = super().clean() or {}
        vectors = {version: str(cleaned.get(name) or "") for version, name in VECTORS.items()}
        for version, vector in vectors.items():
            if trouble := cvss_ratings.trouble_with(version, vector):
                self.add_error(VECTORS[version], trouble)
        if not self.errors:
            found = cvss_ratings.assessment(vectors.values())
            score, severity = (found.rating.score, found.rating.severity) if found.rating else (None, "")
            self.instance.assess(cvss31=found.cvss31, cvss40=found.cvss40, score=score, severity=severity)
        return cleaned


class GrantForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    class Meta:
        model = Grant
        fields: ClassVar[list[str]] = ["reason", "sees_from", "expires_at", "revoked_at"]

    def clean_expires_at(self) -> datetime | None:
        """Whoever is let in for longer is asked for the second factor, judged anew, and told: that is no correction."""
        moment: datetime | None = self.cleaned_data["expires_at"]
        before = self.instance.expires_at
        if before is not None and (moment is None or moment > before):
            raise ValidationError("It may end earlier, but not later. Whoever needs it for longer gets a new grant.")
        return moment

    def clean_revoked_at(self) -> object:
        moment = self.cleaned_data["revoked_at"]
        if "revoked_at" in self.changed_data and self.initial.get("revoked_at"):
            raise ValidationError("It was revoked, and stays so. Whoever needs access again gets a new grant.")
        return moment


class RecusalForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    """The administration adds the report, once it is known who is looking and may choose among which."""

    class Meta:
        model = Recusal
        fields: ClassVar[list[str]] = ["user", "reason", "recused_at", "lifted_at"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on as they come
        person = self.fields.get("user")
        if isinstance(person, forms.ModelChoiceField):
            members = SecurityTeamMembership.objects.current()
            person.queryset = User.objects.filter(pk__in=members.values("user_id"))


class ClockForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    class Meta:
        model = Clock
        fields: ClassVar[list[str]] = ["warn_at", "due_at"]

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        warn, due = cleaned.get("warn_at"), cleaned.get("due_at")
        if warn and due and warn > due:  # type: ignore[operator] # both are moments
            self.add_error("warn_at", "The warning comes before the due moment.")
        return cleaned

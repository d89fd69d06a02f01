"""What a member proposes to make public, word by word."""

from typing import Final

from django import forms
from django.db.models import QuerySet

from disclosures.leaks import Finding
from disclosures.publicity import findings_in
from portal.plain_text import LineField, TextField
from reports.models import Report
from teams.models import Project

LONGEST: Final = 60_000
"""With the line that is added it fits into what GitHub takes."""


class PublicIssueForm(forms.Form):
    """`findings`: what the words may give away, once they were checked."""

    project = forms.ModelChoiceField(
        label="Project", queryset=Project.objects.none(), help_text="Where the issue is begun, for everybody to read."
    )
    title = LineField(label="Title")
    text = TextField(
        label="Text",
        longest=LONGEST,
        help_text="As everybody will read it. Name nobody who has not asked for it. Markdown.",
    )

    def __init__(self, data: object = None, *, report: Report) -> None:
        affected = affected_by(report)
        initial = {
            "project": affected[0] if len(affected) == 1 else None,
            "title": " ".join(report.summary.split())[:200],
            "text": report.description,
        }
        super().__init__(data, initial=initial, label_suffix="")  # type: ignore[arg-type] # a request's own data
        self.report = report
        self.findings: list[Finding] = []
        field = self.fields["project"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = active_projects()

    def clean(self) -> dict[str, object]:
        """Words that may give something away go out only after somebody has said that they may be read."""
        said: dict[str, object] = self.cleaned_data
        title, text = said.get("title"), said.get("text")
        if isinstance(title, str) and isinstance(text, str):
            self.findings = findings_in(self.report, title=title, text=text)
        if self.findings and "may_be_read" not in self.data:
            self.add_error(None, "These words may give something away. Change them, or say below that all may read it.")
        return said


def active_projects() -> QuerySet[Project]:
    return Project.objects.filter(archived_at=None).exclude(repository="").order_by("name")


def affected_by(report: Report) -> list[Project]:
    return list(active_projects().filter(affected_by__report=report))

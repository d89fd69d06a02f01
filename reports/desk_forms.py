"""What the team fills in while it works on a report."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from portal.plain_text import LineField, TextField
from reports import coordination, cvss_metrics, guards, notices, staging
from reports.cvss_metrics import METRICS, Version
from reports.enums import Audience, DeclineReason, State
from reports.forms.fields import FilesField
from reports.forms.tracking import PlainForm
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.models import Report
from reports.staging import Staged
from teams.models import Project, User

CWE = re.compile(r"(?:CWE-)?([1-9][0-9]{0,4})", re.IGNORECASE)
MOST_WEAKNESSES = 10


class MoveForm(forms.Form):
    """What a person says with a move; each move has its own."""

    move: ClassVar[Move]

    def __init__(
        self, data: Mapping[str, object] | None = None, *, report: Report, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(cast("None", data), initial=cast("None", initial))
        self.report = report
        if "take_coordination" in self.fields and report.coordinator_id is not None:
            del self.fields["take_coordination"]

    def decision(self) -> Decision:
        raise NotImplementedError

    def text(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")


def _message(*, required: bool) -> TextField:
    return TextField(
        label="Message to the reporter",
        required=required,
        help_text="In Markdown. Who left an address is mailed that there is something to read, not what it says.",
        error_messages={"required": "Write to the reporter: this step is theirs to know."},
        widget=forms.Textarea(attrs={"rows": 12}),
    )


def _take() -> forms.BooleanField:
    return forms.BooleanField(
        label="I coordinate it",
        required=False,
        initial=True,
        help_text="You look after it from now on, and the reminders come to you. You can hand it over at any time.",
    )


class AcknowledgeForm(MoveForm):
    move = Move.ACKNOWLEDGE
    message = _message(required=True)
    take_coordination = _take()

    def decision(self) -> Decision:
        return Decision(
            message=self.text("message"), take_coordination=bool(self.cleaned_data.get("take_coordination"))
        )


class TellingForm(MoveForm):
    """A move that the reporter is told of, unless somebody says why not."""

    message = _message(required=False)
    waiver = LineField(
        label="Or: why nothing is written this time",
        required=False,
        longest=500,
        help_text="Only if you empty the message. The reason stays with the report as a team note.",
    )

    def decision(self) -> Decision:
        return Decision(
            message=self.text("message"),
            waiver=self.text("waiver"),
            take_coordination=bool(self.cleaned_data.get("take_coordination")),
        )

    def clean(self) -> None:
        if not self.errors and not self.text("message") and not self.text("waiver"):
            self.add_error("message", "Write to the reporter, or say below why nothing is written this time.")


class IdentifyForm(TellingForm):
    move = Move.IDENTIFY
    take_coordination = _take()


class ReleaseForm(TellingForm):
    move = Move.RELEASE


class DiscloseEarlyForm(TellingForm):
    move = Move.DISCLOSE_EARLY


class DeclineForm(MoveForm):
    move = Move.DECLINE
    reason = forms.ChoiceField(
        label="Why",
        choices=DeclineReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it is declined."},
    )
    duplicate_of = LineField(
        label="For a duplicate: of which report",
        required=False,
        longest=40,
        help_text="Its reference. The reporter does not learn of it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    message = _message(required=False)

    def __init__(
        self, data: Mapping[str, object] | None = None, *, report: Report, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(data, report=report, initial=initial)
        reason = cast("forms.ChoiceField", self.fields["reason"])
        reason.choices = [(choice.value, choice.label.capitalize()) for choice in reasons_for(report)]

    def clean_duplicate_of(self) -> Report | None:
        """Found by what the person may read: a report they may not see is answered like one that never was."""
        reference = self.text("duplicate_of").upper()
        if not reference:
            return None
        found = Report.objects.filter(reference=reference).first()
        if found is None:
            raise ValidationError("There is no report with this reference.", code="unknown")
        return found

    def clean(self) -> None:
        reason = self.text("reason")
        if reason and reason != DeclineReason.SPAM and not self.text("message") and "message" not in self.errors:
            self.add_error("message", "Write to the reporter: this step is theirs to know.")
        if "duplicate_of" not in self.errors and reason:
            wrong = guards.names_the_duplicate(
                guards.Situation(report=self.report, project_count=0, decision=self.decision())
            )
            if wrong:
                self.add_error("duplicate_of", wrong)

    def decision(self) -> Decision:
        reason = DeclineReason(self.text("reason"))
        return Decision(
            reason=reason,
            duplicate_of=self.cleaned_data.get("duplicate_of"),
            message="" if reason == DeclineReason.SPAM else self.text("message"),
        )


def reasons_for(report: Report) -> list[DeclineReason]:
    """Spam is seen at once or not at all."""
    return [reason for reason in DeclineReason if reason != DeclineReason.SPAM or report.state == State.RECEIVED]


class ReopenForm(MoveForm):
    move = Move.REOPEN
    explanation = TextField(
        label="Why it is opened again",
        help_text="For the team: it becomes a note on the report.",
        error_messages={"required": "Say why it is opened again."},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    message = _message(required=False)

    def decision(self) -> Decision:
        return Decision(explanation=self.text("explanation"), message=self.text("message"))


MOVE_FORMS: dict[Move, type[MoveForm]] = {
    form.move: form for form in (AcknowledgeForm, IdentifyForm, ReleaseForm, DiscloseEarlyForm, DeclineForm, ReopenForm)
}


class WriteForm(PlainForm):
    """An answer to the reporter, or a note among the team: which, the button says."""

    text = TextField(
        label="Write",
        error_messages={"required": "There is nothing written yet."},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    audience = forms.ChoiceField(
        choices=Audience.choices,
        error_messages={
            "required": "Choose whether it goes to the reporter or stays a team note.",
            "invalid_choice": "Choose whether it goes to the reporter or stays a team note.",
        },
    )
    attachments = FilesField()

    def __init__(self, *, data: object = None, staged: Sequence[Staged] = (), notes_only: bool = False) -> None:
        super().__init__(data=data)
        self.staged = staged
        self.fields["text"].label = "Add a team note" if notes_only else "Write to the reporter, or keep a team note"

    def clean_attachments(self) -> None:
        complaint = staging.excess(staging.usage_of(self.staged), limits=settings.POLICY.uploads)
        if complaint:
            raise ValidationError(f"{complaint} Please leave some out.")


class CaseFileForm(forms.Form):
    with_identity = forms.BooleanField(
        label="With who reported it",
        required=False,
        help_text="Names, addresses and names for credit of the reporter and of those they invited. Leave it out for "
        "everybody who need not know them.",
    )


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        label="Who coordinates it from now on",
        queryset=User.objects.none(),
        empty_label="Choose somebody",
        help_text="They get a mail. Who is recused from this report is not in the list.",
        error_messages={
            "required": "Choose who coordinates it.",
            "invalid_choice": "They cannot coordinate it any more. Choose somebody else.",
        },
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, report: Report) -> None:
        super().__init__(cast("None", data))
        candidates = notices.team_of(report).exclude(pk=report.coordinator_id or 0)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = candidates


class ProjectsForm(forms.Form):
    projects = forms.ModelMultipleChoiceField(
        label="Affected projects",
        queryset=Project.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each one in which the vulnerability has to be fixed.",
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, report: Report) -> None:
        chosen = [named.project_id for named in report.affected_projects.all()]
        super().__init__(cast("None", data), initial={"projects": chosen})
        choices = Project.objects.filter(Q(archived_at=None) | Q(pk__in=chosen))
        cast("forms.ModelMultipleChoiceField[Project]", self.fields["projects"]).queryset = choices


class SeverityForm(forms.Form):
    vector = LineField(
        label="CVSS vector",
        required=False,
        longest=300,
        help_text="CVSS 3.1 or 4.0, for example CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N. "
        "Empty, with nothing chosen below, takes the assessment back.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    weaknesses = LineField(
        label="Weaknesses (CWE)",
        required=False,
        help_text="One or more, for example CWE-22, CWE-73.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(
        self, *, data: Mapping[str, object] | None = None, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(cast("None", data), initial=cast("None", initial), label_suffix="")
        for metrics in METRICS.values():
            for metric in metrics:
                choices = [("", "choose"), *metric.values]
                self.fields[metric.field] = forms.ChoiceField(label=metric.name, choices=choices, required=False)

    def groups(self) -> list[tuple[Version, list[forms.BoundField]]]:
        """The metrics to choose from, by version."""
        return [(version, [self[metric.field] for metric in METRICS[version]]) for version in METRICS]

    def clean(self) -> None:
        """A vector that is written out counts, unless the button below some metrics asks for these."""
        said = self.cleaned_data
        asked = next((version for version in Version if self.data.get("rate") == version), None)
        vector = "".join(str(said.get("vector", "")).split())
        if asked or (not vector and "vector" not in self.errors):
            vector = self._put_together([asked] if asked else list(Version))
        if vector:
            try:
                said["rating"] = coordination.rate(vector)
            except Refused as refusal:
                self.add_error("vector", str(refusal))
        said["vector"] = vector

    def _put_together(self, versions: Sequence[Version]) -> str:
        letters = {version: cvss_metrics.chosen(version, self.cleaned_data) for version in versions}
        used = [version for version in versions if letters[version]]
        if len(used) > 1:
            self.add_error("vector", "Choose the metrics of one version of CVSS, not of both.")
        return cvss_metrics.vector(used[0], letters[used[0]]) if len(used) == 1 else ""

    def clean_weaknesses(self) -> Sequence[str]:
        words = [word for word in re.split(r"[\s,;]+", str(self.cleaned_data["weaknesses"])) if word]
        if len(words) > MOST_WEAKNESSES:
            raise ValidationError(f"At most {MOST_WEAKNESSES} weaknesses fit here.", code="many")
        found = []
        for word in words:
            number = CWE.fullmatch(word)
            if number is None:
                raise ValidationError(
                    "“%(word)s” is no CWE number. They look like CWE-22.", code="cwe", params={"word": word}
                )
            found.append(f"CWE-{number[1]}")
        return list(dict.fromkeys(found))

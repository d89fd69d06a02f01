"""What the team fills in while it works on a report."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from portal.plain_text import LineField, TextField
from reports import guards, notices, staging
from reports.enums import Audience, DeclineReason, State
from reports.forms.fields import FilesField
from reports.forms.tracking import PlainForm
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Report
from reports.staging import Staged
from teams.models import Project, User


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

"""What a person says about several reports at once."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.conf import settings
from django.http import QueryDict

from portal.plain_text import TextField
from reports import bulk, prepared
from reports.bulk import Outcome, Together
from reports.enums import DeclineReason
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Report
from reports.prepared import Occasion
from teams.models import User

REASONS = [choice for choice in DeclineReason.choices if choice[0] != DeclineReason.DUPLICATE]
"""A duplicate names its own original, so it is declined by itself."""


class AcknowledgeForm(forms.Form):
    message = TextField(
        label="What each reporter reads",
        help_text="Everybody gets this text, as if you had written to them alone. Markdown.",
    )
    take_coordination = forms.BooleanField(
        label="I coordinate those that nobody coordinates yet", required=False, initial=True
    )

    def decision(self) -> Decision:
        return Decision(message=self.cleaned_data["message"], take_coordination=self.cleaned_data["take_coordination"])


class DeclineForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why",
        choices=[("", "Choose a reason"), *REASONS],
        help_text="Duplicates are declined one by one, because each names its own original.",
        error_messages={"required": "Choose why they are declined."},
    )
    message = TextField(
        label="What each reporter reads",
        required=False,
        help_text="Leave it empty to get a prepared text for the reason. Spam is not answered. Markdown.",
    )

    def __init__(self, data: QueryDict | None, *, occasion: Occasion) -> None:
        super().__init__(data, label_suffix="")
        self.occasion = occasion

    def clean(self) -> dict[str, str]:
        """Bring the prepared text for a reason without one; it goes out only after somebody has seen it."""
        said: dict[str, str] = self.cleaned_data
        reason = said.get("reason", "")
        if reason and reason != DeclineReason.SPAM and "message" in said and not said["message"].strip():
            self.data = {name: self.data.get(name) for name in self.data}
            self.data["message"] = prepared.refusal(DeclineReason(reason), self.occasion)
            self.add_error("message", "This is a prepared text. Make it yours, and decline again to send it.")
        return said

    def decision(self) -> Decision:
        reason = DeclineReason(self.cleaned_data["reason"])
        return Decision(reason=reason, message="" if reason == DeclineReason.SPAM else self.cleaned_data["message"])


class AskForm(AcknowledgeForm):
    """How it can be reproduced. What was not acknowledged yet is acknowledged by the same words."""


class DuplicatesForm(forms.Form):
    message = TextField(
        label="What each reporter reads",
        help_text="Everybody gets this text, as if you had written to them alone. Name no other report. Markdown.",
    )

    def decision(self, original: Report) -> Decision:
        return Decision(reason=DeclineReason.DUPLICATE, duplicate_of=original, message=self.cleaned_data["message"])


def duplicates_form(data: QueryDict | None, *, now: datetime) -> DuplicatesForm:
    text = prepared.refusal(DeclineReason.DUPLICATE, Occasion(policy=settings.POLICY, now=now))
    return DuplicatesForm(data, initial={"message": text}, label_suffix="")


def form_for(verb: Together, data: QueryDict | None, *, now: datetime) -> AcknowledgeForm | AskForm | DeclineForm:
    occasion = Occasion(policy=settings.POLICY, now=now)
    match verb:
        case Together.DECLINE:
            return DeclineForm(data, occasion=occasion)
        case Together.ASK:
            return AskForm(data, initial={"message": prepared.reproduction(occasion)}, label_suffix="")
        case Together.ACKNOWLEDGE:
            return AcknowledgeForm(data, initial={"message": prepared.acknowledgement(occasion)}, label_suffix="")


def carry_out(
    form: AcknowledgeForm | AskForm | DeclineForm, reports: Iterable[Report], *, by: User, now: datetime
) -> Outcome:
    """What the valid `form` says, on each of `reports`."""
    match form:
        case AskForm(cleaned_data=said):
            text, takes = said["message"], said["take_coordination"]
            return bulk.ask_all(reports, text, by=by, take_coordination=takes, now=now)
        case DeclineForm():
            return bulk.move_all(reports, Move.DECLINE, by=by, decision=form.decision(), now=now)
        case _:
            return bulk.move_all(reports, Move.ACKNOWLEDGE, by=by, decision=form.decision(), now=now)

"""What is filled in about the patch team and its work."""

from collections.abc import Mapping
from typing import cast

from django import forms

from portal.plain_text import LineField
from reports.desk_forms import MoveForm
from reports.enums import PATCH_ROLES, Role
from reports.guards import Decision
from reports.lifecycle import Move
from reports.sharing_forms import LONGEST_REASON
from teams.membership import could_be_let_in
from teams.models import User

ONLY_MAINTAINERS = "Only maintainers of an active project of the organisation can be asked: nobody else works on a fix."


class SilentForm(MoveForm):
    """Nothing is asked: what is there speaks for itself."""

    def decision(self) -> Decision:
        return Decision()


class AssembleForm(SilentForm):
    move = Move.ASSEMBLE


class MarkReadyForm(SilentForm):
    move = Move.MARK_READY


class DiscloseForm(SilentForm):
    move = Move.DISCLOSE


class CloseForm(SilentForm):
    move = Move.CLOSE


FIX_MOVE_FORMS: dict[Move, type[MoveForm]] = {
    form.move: form for form in (AssembleForm, MarkReadyForm, DiscloseForm, CloseForm)
}


class AskForm(forms.Form):
    who = forms.ModelChoiceField(
        label="Whom",
        queryset=User.objects.none(),
        empty_label="Choose somebody",
        help_text="Maintainers of the organisation's projects, and nobody else.",
        error_messages={"required": "Choose somebody.", "invalid_choice": ONLY_MAINTAINERS},
    )
    role = forms.ChoiceField(
        label="As what",
        choices=[(role.value, role.label.capitalize()) for role in PATCH_ROLES],
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one of the roles."},
    )
    reason = LineField(
        label="Why fixing it needs them",
        required=False,
        longest=LONGEST_REASON,
        help_text="They read it once they have joined. Members of the team need none before the fix begins.",
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, initial: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(cast("None", data), initial=cast("None", initial))
        cast("forms.ModelChoiceField[User]", self.fields["who"]).queryset = could_be_let_in()


class AgreeForm(forms.Form):
    """The terms under which somebody joins."""

    keeps_it = forms.BooleanField(
        label="I keep everything I learn here to myself until it is published",
        help_text="I speak of it on this portal and in the private fork alone, with the people named there.",
        error_messages={"required": "Without this promise nobody can be shown what it is about."},
    )


def suggested(who: str, *, has_lead: bool) -> dict[str, object]:
    """What the form for asking begins with: a person who was pointed at, and the role that is missing most."""
    role = Role.DEVELOPER if has_lead else Role.LEAD
    return {"who": int(who) if who.isascii() and who.isdecimal() and len(who) <= len("9" * 18) else None, "role": role}

"""What people fill in who do not keep a rule this once."""

from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.core.exceptions import ValidationError

from disclosures.enums import EarlyGround, ExceptionKind
from disclosures.exceptions import Proposal
from portal.plain_text import TextField

LONGEST = 4_000
WHAT = {
    ExceptionKind.EARLY: "Tell the world before the fix is released (two people)",
    ExceptionKind.ANOTHER_DAY: "Publish the advisory on another day than the release (recorded as a breach)",
}


class ExceptionForm(forms.Form):
    kind = forms.ChoiceField(
        label="What shall be done otherwise",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what.", "invalid_choice": "That is not possible as it stands now."},
    )
    ground = forms.ChoiceField(
        label="What makes an early disclosure necessary",
        choices=[("", "Choose, for an early disclosure"), *((each.value, each.label) for each in EarlyGround)],
        required=False,
        error_messages={"invalid_choice": "Choose one of these."},
    )
    reason = TextField(
        label="Why",
        longest=LONGEST,
        help_text="Where it is public, who exploits it, what went wrong on the day. It stays on record.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why: the reason stays on record."},
    )
    mitigation = TextField(
        label="What people can do until there is a release",
        required=False,
        longest=LONGEST,
        help_text="Needed for an early disclosure, unless it is public anyway. The advisory says it in its own words.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Mapping[str, object] | None = None, *, possible: Sequence[ExceptionKind]) -> None:
        super().__init__(cast("None", data), initial={"kind": possible[0] if len(possible) == 1 else None})
        kind = cast("forms.ChoiceField", self.fields["kind"])
        kind.choices = [(each.value, WHAT[each]) for each in possible]
        if ExceptionKind.EARLY not in possible:
            del self.fields["ground"], self.fields["mitigation"]

    def clean(self) -> None:
        if self.cleaned_data.get("kind") == ExceptionKind.EARLY and not self.cleaned_data.get("ground"):
            self.add_error("ground", ValidationError("Choose what makes it necessary.", code="required"))

    def proposal(self) -> Proposal:
        said = self.cleaned_data
        kind = ExceptionKind(said["kind"])
        is_early = kind is ExceptionKind.EARLY
        return Proposal(
            kind=kind,
            reason=said["reason"],
            ground=EarlyGround(said["ground"]) if is_early else None,
            mitigation=said["mitigation"] if is_early else "",
        )

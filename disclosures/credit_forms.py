"""What people fill in when they are asked how they want to be named."""

from typing import Final

from django import forms
from django.core.exceptions import ValidationError

from disclosures import credit_text
from disclosures.credit_answers import CAN_BE_SAID, Said
from disclosures.credit_text import LONGEST_NAME, naming
from disclosures.enums import AnswerChannel, CreditAnswerKind
from disclosures.models import Credit
from portal.plain_text import LineField, TextField
from portal.policy import Clause, enforces
from reports.forms.tracking import PlainForm

WORDS: Final = ("name", "handle", "organisation")
NO_HANDLE: Final = "GitHub gives nobody such a handle. It has letters, digits and single hyphens, 39 at most."
CHOICES: Final = (
    (CreditAnswerKind.NAMED, "Name me, in the words below"),
    (CreditAnswerKind.ANONYMOUS, "Thank me, without a name"),
    (CreditAnswerKind.NOT_AT_ALL, "Leave me out"),
)
OF_ANOTHER: Final = (
    (CreditAnswerKind.NAMED, "Name them, in the words below"),
    (CreditAnswerKind.ANONYMOUS, "Thank them, without a name"),
    (CreditAnswerKind.NOT_AT_ALL, "Leave them out"),
)
HANDLE_OF_ACCOUNT: Final = "Yours is %s; leave it empty if it is not to be printed."
HANDLE: Final = "Without @. Leave it empty if it is not to be printed."


@enforces(Clause.P17)
class AnswerForm(PlainForm):
    """What is printed follows from it, and is shown before anybody agrees."""

    kind = forms.ChoiceField(
        label="How shall we thank you?",
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of them.", "invalid_choice": "Choose one of them."},
    )
    name = LineField(longest=LONGEST_NAME, label="Name", required=False)
    handle = LineField(label="Handle on GitHub", required=False, help_text=HANDLE)
    organisation = LineField(longest=LONGEST_NAME, label="Organisation", required=False)

    def __init__(self, *, credit: Credit, data: object = None, prefers_name: bool = False) -> None:
        kind = credit.answer if credit.answer in CAN_BE_SAID else CreditAnswerKind.NAMED if prefers_name else ""
        initial: dict[str, object] = {
            "kind": kind,
            "name": credit.name,
            "handle": credit.handle,
            "organisation": credit.organisation,
        }
        super().__init__(data=data, initial=initial)
        if credit.user is not None:
            self.fields["handle"].help_text = HANDLE_OF_ACCOUNT % credit.user.github_login
        for name in WORDS:
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_handle(self) -> str:
        typed = str(self.cleaned_data["handle"])
        handle = credit_text.handle_of(typed)
        if typed and not handle:
            raise ValidationError(NO_HANDLE)
        return handle

    def clean(self) -> None:
        said = self.cleaned_data
        wants_name = said.get("kind") == CreditAnswerKind.NAMED
        if wants_name and not self.errors and not (said.get("name") or said.get("handle")):
            self.add_error("name", "Write the name or the handle that is to be printed.")

    def said(self) -> Said:
        typed = self.cleaned_data
        words = naming(name=typed["name"], handle=typed["handle"], organisation=typed["organisation"])
        return Said(kind=CreditAnswerKind(typed["kind"]), naming=words)

    @property
    def text(self) -> str:
        """What would be printed with a consent; nothing while something about the words is wrong."""
        if any(self.errors.get(name) for name in WORDS):
            return ""
        typed = self.cleaned_data if self.is_bound else self.initial
        name, handle, organisation = (str(typed.get(each) or "") for each in WORDS)
        return naming(name=name, handle=handle, organisation=organisation).text

    def only_look(self) -> None:
        """Nothing is asked of whoever wants to see the words first."""
        for name in self.fields.keys() - set(WORDS):
            self.fields[name].required = False

    @property
    def names_nobody(self) -> bool:
        """Whether an answer without a name is chosen."""
        kind = self["kind"].value()
        return kind in CAN_BE_SAID and kind != CreditAnswerKind.NAMED


class RelayForm(AnswerForm):
    """A reporter passes on what a finder has said whom they named."""

    relayed = forms.BooleanField(
        label="They have read exactly these words, and want it so",
        error_messages={"required": "Show them the words first, and tick this once they agree."},
    )

    def __init__(self, *, credit: Credit, data: object = None, prefers_name: bool = False) -> None:
        super().__init__(credit=credit, data=data, prefers_name=prefers_name)
        speak_of_another(self)


class EnterForm(AnswerForm):
    """A member enters what somebody wrote or told them."""

    channel = forms.ChoiceField(
        label="How do you know?",
        choices=((AnswerChannel.MAIL, "They wrote a mail"), (AnswerChannel.IN_PERSON, "They told me")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of them.", "invalid_choice": "Choose one of them."},
    )
    note = TextField(
        longest=2_000,
        label="When was it, and where can it be looked up?",
        help_text="It is kept as the proof of their consent, beside your name.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say how you know: when they said it, and where it can be found."},
    )

    def __init__(self, *, credit: Credit, data: object = None, prefers_name: bool = False) -> None:
        super().__init__(credit=credit, data=data, prefers_name=prefers_name)
        speak_of_another(self)


class FinderForm(PlainForm):
    known_as = LineField(
        longest=LONGEST_NAME,
        label="What are they called?",
        error_messages={"required": "Write a name, or whatever you know them by."},
    )


def speak_of_another(form: AnswerForm) -> None:
    kind = form.fields["kind"]
    kind.label = "What do they want?"
    kind.widget.choices = OF_ANOTHER

"""What a reporter fills in after the report: answers, wishes, invitations, and how to find the way back."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from portal.plain_text import LineField, TextField
from portal.policy import Clause, enforces
from reports import staging
from reports.enums import CreditWish
from reports.forms.fields import FilesField, MailAddressField
from reports.models import Reporter
from reports.staging import NOTHING, Staged, Usage

LINK_PATH: Final = re.compile(r"/r/([A-Za-z0-9_-]{20,100})/?")
MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
"""Letters that references do not use, for the digits they are taken for (Crockford)."""


class PlainForm(forms.Form):
    """Labels without a colon."""

    def __init__(self, *, data: object = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data=data, initial=initial, label_suffix="")  # type: ignore[arg-type] # a QueryDict or nothing


class AnswerForm(PlainForm):
    text = TextField(
        label="Write to the security team",
        error_messages={"required": "Write a few words, even if the files say it all."},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    attachments = FilesField()

    def __init__(self, *, data: object = None, staged: Sequence[Staged] = (), used: Usage = NOTHING) -> None:
        super().__init__(data=data)
        self.staged = staged
        self._used = used

    def clean_attachments(self) -> None:
        usage = self._used + staging.usage_of(self.staged)
        if self.staged and (complaint := staging.excess(usage, limits=settings.POLICY.uploads)):
            raise ValidationError(f"{complaint} Please leave some out.")


@enforces(Clause.P17)
class CreditForm(PlainForm):
    credit_wish = forms.ChoiceField(
        label="Shall we name you?",
        choices=CreditWish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of them.", "invalid_choice": "Choose one of them."},
    )
    credit_name = LineField(
        label="How you want to be named",
        help_text="Your name, a handle, perhaps your company. It is printed as you write it, without formatting.",
        required=False,
    )

    def __init__(self, *, reporter: Reporter, data: object = None) -> None:
        initial: dict[str, object] = {
            "credit_wish": reporter.credit_wish,
            "credit_name": reporter.credit_name or reporter.name,
        }
        super().__init__(data=data, initial=initial)

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("credit_wish") == CreditWish.YES and not said.get("credit_name") and not self.errors:
            self.add_error("credit_name", "Write the name that is to be printed.")


class AddressForm(PlainForm):
    email = MailAddressField(
        label="Where we write to",
        help_text="Mails only say that there is news. Leave it empty to get none.",
    )


class InviteForm(PlainForm):
    name = LineField(label="Their name", required=False)
    email = MailAddressField(
        label="Their e-mail address",
        help_text="With it, we send them their link. Without it, you pass it on: it is shown to you once.",
    )
    may_read_everything = forms.BooleanField(
        label="They may read everything",
        help_text="Your report, its files and what was written so far. Otherwise they see only what comes from now on.",
        required=False,
    )


class WithdrawForm(PlainForm):
    why = TextField(
        label="Why, in a few words",
        help_text="It helps us to decide what to do with what you found.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FindForm(PlainForm):
    reference = LineField(
        label="Reference",
        error_messages={"required": "Enter the reference of your report."},
    )
    email = MailAddressField(label="The e-mail address you gave us", required=True)

    def __init__(self, *, data: object = None) -> None:
        super().__init__(data=data)
        prefix = settings.POLICY.organisation.reference_prefix
        self.fields["reference"].widget.attrs |= {"placeholder": f"{prefix}-0000-0000", "autocomplete": "off"}

    def clean_reference(self) -> str:
        """In its usual spelling, however it was typed: lower case, without dashes, with O for 0."""
        typed: str = self.cleaned_data["reference"]
        prefix = settings.POLICY.organisation.reference_prefix
        bare = re.sub(r"[\s-]", "", typed.upper())
        code = bare.removeprefix(prefix).translate(MISREAD)
        return f"{prefix}-{code[:4]}-{code[4:]}"


class LinkForm(PlainForm):
    link = LineField(
        longest=1_000, label="Your link", error_messages={"required": "Paste the whole link you were given."}
    )

    def clean_link(self) -> str:
        """The key in it."""
        try:
            path = urlsplit(self.cleaned_data["link"]).path
        except ValueError:
            path = ""
        found = LINK_PATH.fullmatch(path)
        if found is None:
            raise ValidationError("That is no link to a report. It contains /r/ and a long row of characters.")
        return found[1]

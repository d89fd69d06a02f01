"""Who really found what somebody passed on."""

from django import forms

from portal.plain_text import LineField
from reports.forms.fields import MailAddressField
from reports.forms.tracking import PlainForm


class FinderForm(PlainForm):
    name = LineField(
        label="Their name",
        longest=200,
        required=False,
        help_text="As far as you know it. They say themselves how they want to be thanked.",
    )
    email = MailAddressField(
        label="Their e-mail address", required=True, help_text="Their link goes there, so look at it twice."
    )
    may_read_everything = forms.BooleanField(
        label="They may read everything",
        help_text=(
            "The report as it came, with what was written above the forwarded mail, its files, and what was said so"
            " far. Otherwise they see only what comes from now on."
        ),
        required=False,
    )
    submission = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *, data: object = None, initial: dict[str, object] | None = None) -> None:
        super().__init__(data=data, initial=initial)
        for name in ("name", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["email"].error_messages["required"] = "Enter the address of whoever found it."

"""Form fields that several forms of this app share."""

from collections.abc import Mapping

from django import forms
from django.core.validators import validate_email
from django.utils.datastructures import MultiValueDict

from portal.plain_text import LineField

LONGEST_MAIL_ADDRESS = 254


class MailAddressField(LineField):
    """An e-mail address, bounded and cleaned like every other line."""

    widget = forms.EmailInput
    default_validators = [validate_email]

    def __init__(self, *, label: str, required: bool = False, help_text: str = "") -> None:
        super().__init__(longest=LONGEST_MAIL_ADDRESS, label=label, required=required, help_text=help_text)
        self.widget.attrs |= {"autocomplete": "email", "spellcheck": "false"}


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.Field):
    """Where files are chosen. The view keeps them before the form is looked at, so that an error costs none of them."""

    widget = FilesInput

    def __init__(self, *, label: str = "Files", help_text: str = "") -> None:
        super().__init__(required=False, label=label, help_text=help_text, widget=FilesInput(attrs={"multiple": True}))


def posted(data: Mapping[str, object], name: str) -> list[str]:
    """All values that came under `name`."""
    return data.getlist(name) if isinstance(data, MultiValueDict) else []

import re
from collections.abc import Mapping
from typing import Final

from django import forms

from portal.demo.writing import Draft, EnclosedFile
from portal.file_names import safe_name
from portal.openpgp.own import own_key
from portal.plain_text import LineField, TextField
from portal.uploads import BytesUpload
from reports.forms.fields import MailAddressField

MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,300}>")


class MailForm(forms.Form):
    sender = MailAddressField(label="From", required=True, help_text="Any address: nothing leaves this machine.")
    name = LineField(label="Name", required=False, help_text="As your mail program would put it before the address.")
    to = MailAddressField(
        label="To", required=True, help_text="The security address, or the one that an answer to a mail goes to."
    )
    subject = LineField(label="Subject", required=False)
    text = TextField(label="Text", required=False, widget=forms.Textarea({"rows": 10}))
    file = forms.FileField(label="A file", required=False, allow_empty_file=True)
    is_vouched_for = forms.BooleanField(
        label="Our mail server has checked the sender",
        required=False,
        help_text="Without it nobody vouches for the mail, as with one that a stranger wrote in somebody's name.",
    )
    is_encrypted = forms.BooleanField(
        label="Encrypt it to the team's key", required=False, help_text="As a mail program does that knows OpenPGP."
    )
    answering = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: object = None, files: object = None, *, initial: Mapping[str, str] | None = None) -> None:
        super().__init__(data, files, initial=dict(initial or {}))  # type: ignore[arg-type] # what a request carries
        if own_key() is None:
            del self.fields["is_encrypted"]

    def clean_answering(self) -> str:
        """Whatever else stands in it was put there by hand."""
        found = MESSAGE_ID.fullmatch(str(self.cleaned_data["answering"]))
        return found[0] if found else ""

    @property
    def draft(self) -> Draft:
        said = self.cleaned_data
        file: BytesUpload | None = said.pop("file")
        enclosed = EnclosedFile(name=safe_name(file.name or ""), content=file.read()) if file else None
        return Draft(**said, file=enclosed)

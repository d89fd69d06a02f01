"""The form field into which people paste their key, or whose place a file takes."""

from typing import Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from pysequoia import ArmorKind, armor

from portal.openpgp.certificates import LONGEST, BadCertificate, Certificate, inspected
from portal.openpgp.packets import holds_secrets
from portal.plain_text import TextField

TEXT: Final = "openpgp_key"
FILE: Final = "openpgp_file"
LABEL: Final = "Your OpenPGP key"
ACCEPTED: Final = ".asc,.pgp,.gpg,.key,application/pgp-keys"


class OpenPGPKeyField(TextField):
    """A certificate that mail can be encrypted to, looked at; None if there is none."""

    def __init__(self, *, required: bool = False, help_text: str = "") -> None:
        super().__init__(
            longest=LONGEST,
            label=LABEL,
            required=required,
            help_text=help_text,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
            error_messages={"required": "Paste your public key, or choose the file that it is in."},
        )

    def clean(self, value: object) -> Certificate | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return inspected(text, now=timezone.now())
        except BadCertificate as complaint:
            raise ValidationError(str(complaint)) from None

    def bound_data(self, data: object, initial: object) -> object:
        """A secret key is not even shown to whoever sent it."""
        shown = super().bound_data(data, initial)
        return "" if shown is not None and holds_secrets(str(shown).encode()) else shown


def key_file_field() -> forms.FileField:
    """Its content is read by `with_key_from_file`, so that an error does not cost the choice."""
    return forms.FileField(
        label="Or the file that it is in", required=False, widget=forms.FileInput(attrs={"accept": ACCEPTED})
    )


def with_key_from_file(request: HttpRequest) -> QueryDict:
    """What was posted, with the key of the file in the place where it would have been pasted, unless one was."""
    file = request.FILES.get(FILE)
    if file is None or request.POST.get(TEXT, "").strip():
        return request.POST
    posted = request.POST.copy()
    posted[TEXT] = _as_text(file.read(LONGEST + 1))
    return posted


def _as_text(content: bytes) -> str:
    if content.lstrip().startswith(b"-----BEGIN PGP") or not content:
        return content.decode("latin-1")
    return armor(content, ArmorKind.SecretKey if holds_secrets(content) else ArmorKind.PublicKey)

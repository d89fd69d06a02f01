from portal.openpgp.fields import OpenPGPKeyField, key_file_field
from reports.forms.tracking import PlainForm


class KeyForm(PlainForm):
    """A reporter's own OpenPGP key."""

    openpgp_key = OpenPGPKeyField(
        required=True,
        help_text="The public one, as text: it begins with -----BEGIN PGP PUBLIC KEY BLOCK-----.",
    )
    openpgp_file = key_file_field()

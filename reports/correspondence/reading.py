"""Reading a mail once more from its source, as when a person has decided what is to become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from portal.file_store import StoreError
from portal.inbound.parsing import parse
from portal.inbound.values import ReceivedMail
from reports.correspondence import enclosed, sources
from reports.correspondence.opening import OpenedMail, open_mail
from reports.enums import Opened
from reports.guards import Refused
from reports.models import InboundMail, StagedFile

UNOPENED = frozenset({Opened.SHUT, Opened.BROKEN})
SOURCE_IS_GONE = (
    "The source of this mail is not where it was kept, so its files cannot be read. Tell an administrator: a backup may"
    " have it."
)


@dataclass(frozen=True, slots=True)
class Content:
    mail: ReceivedMail
    files: Sequence[StagedFile]


def read_again(mail: InboundMail, *, now: datetime) -> Content:
    """Its content, with its files ready to be claimed. What can be opened by now is opened. Raises `Refused`."""
    opened = opened_again(mail)
    if mail.opened in UNOPENED and opened.opened not in UNOPENED:
        mail.text, mail.quoted, mail.html = opened.mail.text, opened.mail.quoted, opened.mail.html
        mail.opened, mail.signed, mail.signer = opened.opened, opened.signed, opened.signer[:64]
        mail.file_list = enclosed.written(opened.mail.files)
    staged = sources.stage(opened.mail.files, now=now).kept
    return Content(opened.mail, [each.file for each in staged])


def opened_again(mail: InboundMail) -> OpenedMail:
    try:
        raw = sources.read(mail)
    except StoreError:
        raise Refused(SOURCE_IS_GONE) from None
    return open_mail(parse(raw, own_lists=settings.MAIL_LISTS), known_keys=())

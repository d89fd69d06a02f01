"""What a mail says that the portal could not open, handed in by a member who could (trap 39)."""

from datetime import datetime

from django.db import transaction

from portal.inbound.parsing import parse
from portal.policy import Clause, enforces
from reports import history, search
from reports.correspondence.quarantine import may_settle
from reports.correspondence.reading import UNOPENED
from reports.enums import EventKind, MailState, Opened
from reports.flood import likeness
from reports.guards import Refused
from reports.models import InboundMail
from teams.models import User

BY_HAND = "A member of the team opened it outside of the portal, and handed in what it says."


@enforces(Clause.P4)
def hand_in(mail: InboundMail, text: str, *, by: User, now: datetime) -> None:
    """From now on that is what the mail says, also where it was shown as a message or a report. It proves no sender."""
    if not may_settle(by, mail):
        raise Refused("Your role on this report does not include that.")
    with transaction.atomic():
        shut = InboundMail.objects.filter(pk=mail.pk, opened__in=UNOPENED).exclude(data_key=b"")
        if not shut.update(opened=Opened.OPENED):
            raise Refused("It has been opened already, or nothing is left of it.")
        mail.opened, mail.text = Opened.OPENED, _words(text)
        mail.oddities = f"{mail.oddities}\n{BY_HAND}".strip()
        mail.save(update_fields=["text", "oddities"])
        _show_it_where_it_stands(mail)
        if mail.report is not None:
            history.append(mail.report, EventKind.MAIL_OPENED, by=by, now=now, mail=mail.pk)


def _words(text: str) -> str:
    """Within encrypted MIME another mail begins: of that only the words."""
    inner = parse(text.encode()) if text.lstrip().lower().startswith(("content-type:", "mime-version:")) else None
    return inner.text if inner and inner.text else text


def _show_it_where_it_stands(mail: InboundMail) -> None:
    if mail.message is not None:
        mail.message.body = mail.text
        mail.message.save(update_fields=["body"])
    elif mail.state == MailState.REPORT and mail.report is not None:
        mail.report.description = mail.text
        mail.report.save(update_fields=["description"])
        search.index(mail.report)
        likeness.index(mail.report)

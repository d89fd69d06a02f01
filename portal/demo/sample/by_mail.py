"""The sample's mail: one that came over a mailing list, so it waits in quarantine and nobody was answered."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from typing import Final

from django.conf import settings

from reports.correspondence import arrival
from reports.enums import Door

AGO: Final = timedelta(hours=7)
SENDER: Final = "Ines Ferreira <ines@lists.example>"
LIST: Final = "<wasm-security.lists.example>"
SUBJECT: Final = "[wasm-security] Fwd: host hangs on a component without exports"
TEXT: Final = """Passing this on from a list that you may not read.

Jonas Brandt <jonas@brandt.example> wrote:

A component with no exports at all makes the host wait for ever when it is started twice within a second.
All other components of that host wait with it. I have seen it with 1.4.2 and with the main branch.
The attached one does it each time.
"""
FILE: Final = ("no-exports.wat", b"(component)\n")


def make(*, now: datetime) -> None:
    """As if the mail server had just handed it over, some hours ago."""
    at = now - AGO
    arrival.take(_written(at=at).as_bytes(policy=SMTPUTF8), arrived_at=at, door=Door.DEMO, now=at)


def _written(*, at: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTPUTF8)
    if settings.MAIL_SERVERS:
        mail["Authentication-Results"] = f"{settings.MAIL_SERVERS[0]}; dmarc=pass header.from=lists.example"
    mail["Message-ID"] = "<no-exports@lists.example>"
    mail["Date"] = format_datetime(at)
    mail["From"], mail["To"] = SENDER, settings.POLICY.organisation.security_address
    mail["List-Id"], mail["Precedence"] = LIST, "list"
    mail["Subject"] = SUBJECT
    mail.set_content(TEXT)
    name, content = FILE
    mail.add_attachment(content, maintype="text", subtype="plain", filename=name)
    return mail

"""A mail arrives. Whatever the door and whatever it is, it is kept, and kept once (EML-08, EML-10)."""

from datetime import datetime

from django.db import transaction

from portal.inbound.parsing import parse
from portal.keys import derive
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import intake
from reports.enums import Channel, Door, MailState
from reports.intake import Submission
from reports.models import InboundMail


@enforces(Clause.P1)
def take(raw: bytes, *, arrived_at: datetime, door: Door, now: datetime) -> InboundMail:
    """Keep `raw` and do what follows from it. Taken twice, it is there once; nothing in it makes this fail.

    `arrived_at`: when our own mail server had it.
    """
    mail = parse(raw)
    identity = derive("mail", raw.decode("latin-1"))
    with acting_as(SYSTEM), transaction.atomic():
        known = InboundMail.objects.filter(identity=identity).first()
        if known is not None:
            return known
        receipt = intake.receive(
            Submission(
                token=identity,
                summary=mail.subject[:300],
                description=mail.text,
                name=mail.sender.name[:200],
                email=mail.sender.address,
                channel=Channel.MAIL,
            ),
            now=arrived_at,
        )
        return InboundMail.objects.create(
            identity=identity,
            door=door,
            arrived_at=arrived_at,
            taken_at=now,
            state=MailState.REPORT,
            report=receipt.report,
            subject=mail.subject,
            text=mail.text,
            sender_name=mail.sender.name,
            sender_address=mail.sender.address,
            size=len(raw),
        )

"""A mail arrives. Whatever the door and whatever it is, it is kept, kept once, and ends in one state (EML-08, EML-10).

What takes time is done before the transaction: reading, opening, asking who vouches for the sender, sealing the source.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.inbound.parsing import parse
from portal.inbound.values import ReceivedMail
from portal.keys import derive
from portal.policy import Clause, enforces
from portal.policy.organisation import MEGABYTE
from portal.sealed.secrets import address_index
from portal.viewer import SYSTEM, acting_as
from reports import history
from reports.conversation import AlreadySent
from reports.correspondence import bounced, claims, enclosed, joining, keys, sources, trust
from reports.correspondence.claims import Found
from reports.correspondence.judging import Known, Verdict, judge
from reports.correspondence.opening import OpenedMail, open_mail
from reports.enums import Door, EventKind, MailState, Vouched
from reports.models import InboundMail
from reports.pacing import is_too_fast

AS_SENT = frozenset({
    *(b"from", b"to", b"cc", b"reply-to", b"date", b"subject", b"message-id", b"in-reply-to", b"references"),
    *(b"content-type", b"content-transfer-encoding"),
})  # fmt: skip
"""What a sender wrote and no mail server on the way: each adds fields of its own."""
FOLD = re.compile(rb"\n[ \t]+")
TOO_LARGE = (
    "It is larger than what is taken in ({:,.0f} MB): only its beginning is here, and the mail server has it whole."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail, and all that was found out about it before anything was written down."""

    outer: ReceivedMail
    """As it came; its addresses are the envelope's."""
    opened: OpenedMail
    identity: str
    vouched: Vouched
    kept: sources.Kept
    size: int
    is_whole: bool
    door: Door
    arrived_at: datetime

    @property
    def mail(self) -> ReceivedMail:
        return self.opened.mail


@enforces(Clause.P1)
def take(raw: bytes, *, arrived_at: datetime, door: Door, now: datetime, size: int | None = None) -> InboundMail:
    """Keep `raw` and do what follows from it. Taken twice, it is there once; nothing in it makes this fail.

    `arrived_at`: when our own mail server had it. `size`: of the whole mail, where `raw` is no more than its beginning.
    Raises `StoreError` while the disk is full.
    """
    outer = parse(raw, own_lists=settings.MAIL_LISTS)
    identity = identity_of(raw, outer)
    known = find(identity)
    if known is not None and not known.waits_for_a_word:
        return known
    opened = open_mail(outer, known_keys=_known_keys(outer, now=now))
    vouched = trust.who_vouches(raw, outer, opened)
    if known is not None and vouched is Vouched.NOBODY:
        return known
    arrival = Arrival(
        outer=outer,
        opened=opened,
        identity=identity,
        vouched=vouched,
        kept=_kept(raw, opened, now=now),
        size=size or len(raw),
        is_whole=size in {None, len(raw)},
        door=door,
        arrived_at=min(arrived_at, now),
    )
    with acting_as(SYSTEM):
        try:
            with transaction.atomic():
                return _settle(arrival, now=now) if known is None else _believe(known, arrival, now=now)
        except (IntegrityError, AlreadySent):
            if known := find(identity):  # somebody else was just taking it in
                return known
            raise


def _known_keys(outer: ReceivedMail, *, now: datetime) -> Sequence[str]:
    if outer.openpgp is None:
        return ()
    with acting_as(SYSTEM):
        return keys.known(outer.sender.address, claims.find(outer, now=now))


def find(identity: str) -> InboundMail | None:
    with acting_as(SYSTEM):
        return InboundMail.objects.filter(identity=identity).first()


def identity_of(raw: bytes, mail: ReceivedMail) -> str:
    """The same for the same mail, also when it comes by another way; never for another with the same Message-ID."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = FOLD.sub(b" ", head).split(b"\n")
    sent = b"\n".join(field for field in fields if field.split(b":", 1)[0].strip().lower() in AS_SENT)
    recipients = sorted(f"{each.purpose.value}:{each.first}:{each.second}" for each in claims.addresses_of(mail))
    digest = hashlib.sha256(b"\0".join([sent, body, ",".join(recipients).encode()])).hexdigest()
    return derive("mail", digest)


def _kept(raw: bytes, opened: OpenedMail, *, now: datetime) -> sources.Kept:
    with acting_as(SYSTEM):
        return sources.keep(raw, opened.mail.files, now=now)


def _settle(arrival: Arrival, *, now: datetime) -> InboundMail:
    """In the transaction that all of it belongs to."""
    returned = claims.bounced(arrival.outer)
    if returned is not None and arrival.outer.bounce is not None:
        mail = record(arrival, Verdict(MailState.BOUNCE), now=now)
        mail.bounced, mail.report = returned, returned.report
        mail.save()
        bounced.note(returned, arrival.outer.bounce, mail=mail, now=now)
        return mail
    found = claims.find(arrival.outer, now=now)
    verdict = _judged(arrival, found, now=now)
    mail = record(arrival, verdict, now=now)
    if verdict.state is MailState.REPORT:
        joining.begin_report(mail, arrival.opened, verdict, files=arrival.kept.files)
    elif verdict.state is MailState.JOINED:
        joining.join_all(mail, found, arrival.opened, files=arrival.kept.files, now=now)
    elif found and verdict.state in {MailState.ASIDE, MailState.AUTOMATIC}:
        joining.lay_beside(mail, found[0].report, now=now)
    joining.say_what_is_shut(mail, now=now)
    return mail


def _judged(arrival: Arrival, found: Sequence[Found], *, now: datetime) -> Verdict:
    sender = address_index(arrival.outer.sender.address)
    return judge(
        Known(
            mail=arrival.mail,
            vouched=arrival.vouched,
            claim=found[0].claim if found else None,
            is_ours=trust.is_ours(arrival.outer),
            is_too_fast=is_too_fast(sender_index=sender, now=now, vouched=arrival.vouched is not Vouched.NOBODY),
        )
    )


@enforces(Clause.P11)
def _believe(known: InboundMail, arrival: Arrival, *, now: datetime) -> InboundMail:
    """It was put aside, as nobody vouched for it by the door by which it came first. By this one somebody does.

    Unless a member has settled it, or laid it elsewhere. The source that bears the word takes the place of the other.
    """
    mail = InboundMail.objects.select_related("report").select_for_update(of=("self",)).get(pk=known.pk)
    found = claims.find(arrival.outer, now=now)
    lies_there = bool(found) and found[0].report.pk == mail.report_id
    if not (mail.waits_for_a_word and lies_there and _judged(arrival, found, now=now).state is MailState.JOINED):
        return mail
    mail.vouched, mail.signed, mail.signer = arrival.vouched, arrival.opened.signed, arrival.opened.signer[:64]
    mail.why, mail.settled_at = "", now
    sources.replace(mail, arrival.kept.source)
    mail.save(update_fields=["vouched", "signed", "signer", "settled_at", "storage_key", "secret"])
    joining.join_all(mail, found, arrival.opened, files=arrival.kept.files, now=now)
    if mail.state == MailState.JOINED:
        word = mail.vouched
        history.append(found[0].report, EventKind.MAIL_ACCEPTED, by=None, now=now, mail=mail.pk, vouched=word)
    return mail


def record(arrival: Arrival, verdict: Verdict, *, now: datetime) -> InboundMail:
    """The mail as it is kept. Whatever is too long for its field is cut there; the source has it whole."""
    mail, opened = arrival.mail, arrival.opened
    return InboundMail.objects.create(
        identity=arrival.identity,
        door=arrival.door,
        arrived_at=arrival.arrived_at,
        taken_at=now,
        state=_state_without_a_report(verdict),
        why=verdict.why or "",
        vouched=arrival.vouched,
        opened=opened.opened,
        signed=opened.signed,
        signer=opened.signer[:64],
        header_id=arrival.outer.message_id[:998],
        sender_name=arrival.outer.sender.name[:300],
        sender_address=arrival.outer.sender.address[:320],
        sender_index=address_index(arrival.outer.sender.address),
        recipients=_recipients(arrival.outer),
        subject=mail.subject[:998],
        text=mail.text,
        quoted=mail.quoted,
        html=mail.html,
        oddities="\n".join(_oddities(arrival)),
        file_list=enclosed.written(mail.files),
        size=arrival.size,
        **sources.claim(arrival.kept.source),
    )


def _state_without_a_report(verdict: Verdict) -> MailState:
    """What counts has its report, which is only then made or joined: until then it waits."""
    return MailState.IGNORED if verdict.state in {MailState.REPORT, MailState.JOINED} else verdict.state


def _recipients(mail: ReceivedMail) -> str:
    return "\n".join(f"{header}: {each}" for header, those in (("To", mail.to), ("Cc", mail.cc)) for each in those)


def _oddities(arrival: Arrival) -> Sequence[str]:
    mail = arrival.mail
    several = ["It names several senders, so nobody is taken for its author."] if arrival.outer.senders > 1 else []
    named = [f"{each.name} is {each.what}." for each in mail.files if each.what]
    cut = [] if arrival.is_whole else [TOO_LARGE.format(arrival.size / MEGABYTE)]
    found = (*cut, *several, *mail.oddities, *arrival.opened.oddities, *named, *arrival.kept.complaints)
    return [" ".join(sentence.split()) for sentence in dict.fromkeys(filter(None, (mail.unreadable, *found)))]

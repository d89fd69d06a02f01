"""What somebody on the reporter's side may do without an account: come in by a link, and look after their own part.

Their link is the only thing they hold, so each verb looks up and writes as the portal itself, for this one reporter.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from portal.keys import derive
from portal.policy import Clause, enforces
from portal.sealed.secrets import address_index
from portal.viewer import SYSTEM, acting_as
from reports import clocks, conversation, history, notices, readings, search
from reports.conversation import AlreadySent
from reports.enums import CreditWish, EventKind, NoticeKind, Role
from reports.guards import Refused
from reports.models import AccessKey, Attachment, Grant, Notification, Report, Reporter, ReportEvent
from reports.models.people import KEY_OUTLIVES_REPORT, hash_key
from teams.models import User

LINKS_A_DAY: Final = 3
MOST_CO_REPORTERS: Final = 10
RENEWED: Final = "renewed"
INVITED: Final = "co-reporter"
FINGERPRINT: Final = 32
"""Characters of a key's hash that a browser's cookie carries: enough to end it when the key is another."""


class NoSuchLink(Exception):
    """The link was never one of ours, was revoked, or leads to somebody who lost access."""


class LinkOutlived(Exception):
    """The report has been closed for so long that its links open nothing any more. A new one can be sent (CAP-02)."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What a browser holds after a link was exchanged: which key it was, and part of its hash."""

    key_id: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Entry:
    reference: str
    granted: Pass


def enter(key: str, *, now: datetime) -> Entry:
    """Exchange a link's key for a pass. Raises `NoSuchLink` or `LinkOutlived`."""
    with acting_as(SYSTEM):
        found = _keys().filter(key_hash=hash_key(key)).first()
    if found is None or not _is_good(found):
        raise NoSuchLink
    if _is_outlived(found, now=now):
        raise LinkOutlived
    _note_visit(found.reporter, now=now)
    return Entry(reference=found.report.reference, granted=_pass(found))


@enforces(Clause.P11)
def enter_as(reporter: Reporter, *, now: datetime) -> Entry:
    """Let somebody in who has proven otherwise that they are this reporter. Raises `NoSuchLink` if they may not.

    Where no link of theirs is good any more, they get a new one: this is their way back (CAP-02).
    """
    with acting_as(SYSTEM), transaction.atomic():
        Reporter.objects.select_for_update(of=("self",)).get(pk=reporter.pk)
        keys = list(_keys().filter(reporter=reporter, revoked_at=None).order_by("-created_at", "-pk"))
        good = next((key for key in keys if _is_good(key) and not _is_outlived(key, now=now)), None)
        if good is None and not reporter.grant.is_in_force:
            raise NoSuchLink
        if good is None:
            hashed = hash_key(secrets.token_urlsafe(32))
            good = AccessKey.objects.create(report=reporter.report, reporter=reporter, key_hash=hashed, created_at=now)
            history.append(reporter.report, EventKind.LINK_RENEWED, by=reporter, now=now)
        readings.note_link(reporter, now=now)
    return Entry(reference=reporter.report.reference, granted=_pass(good))


def admitted(granted: Pass, *, reference: str, now: datetime) -> Reporter | None:
    """Who comes with this pass to this report; nobody once the link was revoked or outlived its report."""
    with acting_as(SYSTEM):
        keys = _keys().annotate(is_known=readings.link_is_known(now=now))
        found = keys.filter(pk=granted.key_id, report__reference=reference).first()
    if found is None or not _is_good(found) or _is_outlived(found, now=now):
        return None
    if not hmac.compare_digest(found.key_hash[:FINGERPRINT].encode(), granted.fingerprint.encode()):
        return None
    if not found.is_known:
        _note_visit(found.reporter, now=now)
    return found.reporter


def _note_visit(reporter: Reporter, *, now: datetime) -> None:
    with acting_as(SYSTEM):
        readings.note_link(reporter, now=now)
        clocks.reached(reporter.report, now=now)


def send_link(*, reference: str, email: str, now: datetime) -> None:
    """Have a new link sent to the address on file, a few times a day at most. Says to nobody whether it did."""
    with acting_as(SYSTEM), transaction.atomic():
        reporter = (
            Reporter.objects.select_related("report", "grant")
            .filter(report__reference=reference, email_index=address_index(email), grant__revoked_at=None)
            .exclude(email_index="")
            .first()
        )
        if reporter is None:
            return
        sent = Notification.objects.filter(
            reporter=reporter, kind=NoticeKind.LINK, created_at__gt=now - timedelta(days=1)
        ).count()
        if sent < LINKS_A_DAY:
            event = history.append(reporter.report, EventKind.LINK_SENT, by=reporter, now=now)
            notices.tell_reporter(reporter, NoticeKind.LINK, fact=f"event:{event.pk}", now=now)


def renew_link(reporter: Reporter, *, token: str, now: datetime) -> Entry:
    """End every link of this reporter and make a new one, the same for the same form (see `renewed_key`)."""
    hashed = hash_key(renewed_key(token))
    with acting_as(SYSTEM), transaction.atomic():
        Reporter.objects.select_for_update(of=("self",)).get(
            pk=reporter.pk
        )  # twice at once: the second finds the first
        made = AccessKey.objects.filter(key_hash=hashed, reporter=reporter).first()
        if made is None:
            AccessKey.objects.filter(reporter=reporter, revoked_at=None).update(revoked_at=now)
            made = AccessKey.objects.create(
                report_id=reporter.report_id, reporter=reporter, key_hash=hashed, created_at=now
            )
            history.append(reporter.report, EventKind.LINK_RENEWED, by=reporter, now=now)
    return Entry(reference=reporter.report.reference, granted=_pass(made))


def left_behind(granted: Pass, *, reference: str, token: str) -> Reporter | None:
    """Whose pass was ended by this very form, while the answer with the new one was missed, as by a double click."""
    with acting_as(SYSTEM):
        made = _keys().filter(key_hash=hash_key(renewed_key(token)), report__reference=reference).first()
        if made is None or not _is_good(made):
            return None
        held = AccessKey.objects.filter(pk=granted.key_id, reporter=made.reporter, revoked_at=made.created_at).first()
    if held is None or not hmac.compare_digest(_pass(held).fingerprint.encode(), granted.fingerprint.encode()):
        return None
    return made.reporter


def renewed_key(token: str) -> str:
    return derive(RENEWED, token)


@enforces(Clause.P8)
def invite(reporter: Reporter, *, name: str, email: str, may_read_everything: bool, token: str, now: datetime) -> None:
    """Let somebody follow the report beside its reporter, with a link of their own (see `invited_key`).

    They see what comes from now on, unless the reporter opens to them what was written before.
    """
    if reporter.is_co_reporter:
        raise Refused("Only who sent the report can invite others to it.")
    with acting_as(SYSTEM):
        if Reporter.objects.filter(invited_by=reporter, grant__revoked_at=None).count() >= MOST_CO_REPORTERS:
            raise Refused(f"At most {MOST_CO_REPORTERS} people can be invited to one report.")
        try:
            with transaction.atomic():
                _admit_co_reporter(reporter, name, email, may_read_everything=may_read_everything, token=token, now=now)
        except IntegrityError:
            if not AccessKey.objects.filter(key_hash=hash_key(invited_key(token))).exists():
                raise


@enforces(Clause.P8)
def bring_along(invited: Reporter, *, to: Reporter, by: User, token: str, now: datetime) -> None:
    """Let somebody whom the reporter of one report invited follow another of theirs, as far as they follow that one."""
    everything = invited.sees_report
    _admit_co_reporter(
        to, invited.name, invited.email, may_read_everything=everything, token=token, now=now, by=by,
        reason="Follows the report of which it was a part.",
    )  # fmt: skip


def invited_key(token: str) -> str:
    return derive(INVITED, token)


def _admit_co_reporter(
    reporter: Reporter,
    name: str,
    email: str,
    *,
    may_read_everything: bool,
    token: str,
    now: datetime,
    by: User | None = None,
    reason: str = "Invited by the reporter.",
) -> None:
    """By a member, if `by` names one; otherwise by the reporter."""
    report = reporter.report
    grant = Grant.objects.create(
        report=report,
        role=Role.CO_REPORTER,
        reason=reason,
        granted_by=by,
        granted_at=now,
        sees_from=report.received_at if may_read_everything else now,
    )
    invited = Reporter.objects.create(report=report, grant=grant, invited_by=reporter, name=name, email=email)
    AccessKey.objects.create(report=report, reporter=invited, key_hash=hash_key(invited_key(token)), created_at=now)
    search.index(report)
    history.append(report, EventKind.CO_REPORTER_INVITED, by=by or reporter, now=now, everything=may_read_everything)
    notices.tell_reporter(invited, NoticeKind.INVITATION, fact=f"grant:{grant.pk}", now=now)


@enforces(Clause.P17, Clause.P18)
def wish_for_credit(reporter: Reporter, *, wish: CreditWish, name: str, now: datetime) -> None:
    """Keep whether and how they want to be named. It can be changed until the text is published, and back."""
    if (reporter.credit_wish, reporter.credit_name) == (wish, name):
        return
    with acting_as(SYSTEM), transaction.atomic():
        reporter.credit_wish, reporter.credit_name = wish, name
        reporter.save(update_fields=["credit_wish", "credit_name"])
        history.append(reporter.report, EventKind.CREDIT_WISH_CHANGED, by=reporter, now=now, wish=wish.value)


def change_address(reporter: Reporter, *, email: str, now: datetime) -> None:
    """From now on mails go there; nowhere if it is empty."""
    if reporter.email == email:
        return
    with acting_as(SYSTEM), transaction.atomic():
        reporter.email = email
        reporter.save(update_fields=["email"])
        search.index(reporter.report)
        history.append(reporter.report, EventKind.CONTACT_CHANGED, by=reporter, now=now, reachable=bool(email))


def ask_to_withdraw(reporter: Reporter, *, why: str, token: str, now: datetime) -> None:
    """Tell the coordinator that the reporter takes it back. A person decides: the weakness may be real all the same.

    Asked again, it is the same wish; what is said with it is heard each time.
    """
    if reporter.is_co_reporter:
        raise Refused("Only who sent the report can withdraw it.")
    with acting_as(SYSTEM), transaction.atomic():
        report = Report.objects.select_related("coordinator").get(pk=reporter.report_id)
        if report.is_closed:
            raise Refused("It is closed already.")
        asked = Report.objects.filter(pk=report.pk, withdrawal_requested_at=None).update(withdrawal_requested_at=now)
        if asked:
            event = history.append(report, EventKind.WITHDRAWAL_REQUESTED, by=reporter, now=now)
            notices.tell_coordinator(report, NoticeKind.WITHDRAWAL, fact=f"event:{event.pk}", now=now)
        if why:
            _hear_once(reporter, why, token=token, now=now)


def _hear_once(reporter: Reporter, text: str, *, token: str, now: datetime) -> None:
    """The same words by the same form are heard once; other words by it are refused, and so not lost unnoticed."""
    try:
        conversation.hear(reporter, text, now=now, token=token)
    except AlreadySent:
        if not conversation.is_said(text, token=token):
            raise


def note_export(reporter: Reporter, *, now: datetime) -> None:
    """Remember that a copy of everything was taken."""
    with acting_as(SYSTEM), transaction.atomic():
        readings.note_download(reporter.report, EventKind.EXPORTED, by=reporter, now=now)


def note_download(reporter: Reporter, file: Attachment, *, now: datetime) -> None:
    """Remember that a file was taken."""
    with acting_as(SYSTEM), transaction.atomic():
        readings.note_download(reporter.report, EventKind.FILE_DOWNLOADED, by=reporter, now=now, file=file.pk)


def milestones(reporter: Reporter) -> dict[EventKind, datetime]:
    """When each kind of step was last taken. The reporter's side reads no history; these moments are theirs to know."""
    steps = Q(kind__in=(EventKind.ACKNOWLEDGED, EventKind.IDENTIFIED, EventKind.DECLINED, EventKind.PUBLICITY_ASKED))
    their_mail = Q(kind=EventKind.MAIL_BOUNCED, details__reporter=reporter.pk)
    their_address = Q(kind=EventKind.CONTACT_CHANGED, reporter=reporter)
    if not reporter.is_co_reporter:
        their_address |= Q(kind=EventKind.FINDER_CORRECTED)
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(steps | their_mail | their_address, report=reporter.report).order_by()
        return {EventKind(row["kind"]): row["last"] for row in rows.values("kind").annotate(last=Max("at"))}


@enforces(Clause.P7)
def comes_back(milestones: Mapping[EventKind, datetime]) -> bool:
    """Whether our mail to their address came back, and they have given no other address since (EML-12)."""
    bounced = milestones.get(EventKind.MAIL_BOUNCED)
    changes = (milestones.get(kind) for kind in (EventKind.CONTACT_CHANGED, EventKind.FINDER_CORRECTED))
    return bounced is not None and not any(changed is not None and changed >= bounced for changed in changes)


def _keys() -> QuerySet[AccessKey]:
    return AccessKey.objects.select_related("report", "reporter__grant", "reporter__report")


def _is_good(key: AccessKey) -> bool:
    return key.revoked_at is None and key.reporter.grant.is_in_force


def _is_outlived(key: AccessKey, *, now: datetime) -> bool:
    """A link sent after the report was closed has as long as one that was there before."""
    closed_at = key.report.closed_at
    return closed_at is not None and now - max(closed_at, key.created_at) > KEY_OUTLIVES_REPORT


def _pass(key: AccessKey) -> Pass:
    return Pass(key_id=key.pk, fingerprint=key.key_hash[:FINGERPRINT])

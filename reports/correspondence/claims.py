"""To what a mail says that it belongs: looked up by the addresses to which it came and by the reference in its subject.

A member who writes by mail writes with their own rights, or not at all (EML-02).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from portal.inbound.values import ReceivedMail
from portal.sealed.secrets import address_index
from portal.viewer import acting_as
from reports.correspondence import reply_addresses
from reports.correspondence.judging import Claim, Side
from reports.correspondence.reply_addresses import For, ReplyAddress
from reports.models import Notification, Report, Reporter
from reports.models.report import REFERENCE_ALPHABET
from teams.membership import viewer_for
from teams.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A claim, with the rows that it is about. `writer`: to whom the address was given, or who takes part."""

    claim: Claim
    report: Report
    writer: Reporter | User | None
    purpose: For


def addresses_of(mail: ReceivedMail) -> Sequence[ReplyAddress]:
    """Addresses of ours: those of the envelope where our server wrote it down, as what a mail says is anybody's."""
    for candidates in (mail.delivered_to, [each.address for each in mail.recipients]):
        if found := [read for each in dict.fromkeys(candidates) if (read := reply_addresses.read(each))]:
            return found
    return ()


def find(mail: ReceivedMail, *, now: datetime) -> Sequence[Found]:
    """Those by address, the sender's own first and each report once; or else the one that the subject names."""
    claims: dict[int, Found] = {}
    for address in addresses_of(mail):
        for found in _by_address(address, mail, now=now):
            claims.setdefault(found.report.pk, found)
    own_first = sorted(claims.values(), key=lambda found: not found.claim.is_theirs)
    return own_first or list(_by_reference(mail))


def bounced(mail: ReceivedMail) -> Notification | None:
    """Which of our mails came back, by the address that only its envelope named."""
    for address in addresses_of(mail):
        if address.purpose is For.BOUNCES:
            return Notification.objects.select_related("report", "reporter").filter(pk=address.first).first()
    return None


def _by_address(address: ReplyAddress, mail: ReceivedMail, *, now: datetime) -> Iterator[Found]:
    is_expired = address.is_expired(now=now)
    if address.purpose in {For.REPORTER, For.BOUNCES}:
        which = {"notifications": address.first} if address.purpose is For.BOUNCES else {"pk": address.first}
        reporter = Reporter.objects.select_related("report", "grant").filter(**which).first()
        if reporter is not None:
            yield _of_reporter(reporter, mail, by_address=True, is_expired=is_expired)
        return
    user = User.objects.filter(pk=address.first).first()
    report = Report.objects.filter(pk=address.second).first()
    if user is not None and report is not None:
        claim = Claim(
            by_address=True,
            side=Side.TEAM,
            is_theirs=bool(user.email) and user.email.lower() == mail.sender.address,
            is_expired=is_expired,
            is_over=report.erased_at is not None or not _may_see(user, report),
        )
        yield Found(claim=claim, report=report, writer=user, purpose=address.purpose)


def _by_reference(mail: ReceivedMail) -> Iterator[Found]:
    letter = f"[{REFERENCE_ALPHABET}]"
    pattern = rf"\b{re.escape(settings.POLICY.organisation.reference_prefix)}-{letter}{{4}}-{letter}{{4}}\b"
    named = re.search(pattern, mail.subject.upper())
    report = Report.objects.filter(reference=named[0]).first() if named else None
    if report is None:
        return
    sender = address_index(mail.sender.address)
    reporter = (
        Reporter.objects.select_related("report", "grant")
        .filter(report=report, email_index=sender)
        .exclude(email_index="")
        .first()
    )
    if reporter is not None:
        yield _of_reporter(reporter, mail, by_address=False)
        return
    is_of_the_team = bool(mail.sender.address) and User.objects.filter(email__iexact=mail.sender.address).exists()
    claim = Claim(by_address=False, side=Side.TEAM if is_of_the_team else Side.REPORTER, is_theirs=is_of_the_team)
    yield Found(claim=claim, report=report, writer=None, purpose=For.NOTE)


def _of_reporter(reporter: Reporter, mail: ReceivedMail, *, by_address: bool, is_expired: bool = False) -> Found:
    is_theirs = bool(reporter.email_index) and reporter.email_index == address_index(mail.sender.address)
    claim = Claim(
        by_address=by_address,
        side=Side.REPORTER,
        is_theirs=is_theirs,
        is_expired=is_expired,
        is_over=not reporter.grant.is_in_force or reporter.report.erased_at is not None,
    )
    return Found(claim=claim, report=reporter.report, writer=reporter, purpose=For.REPORTER)


def _may_see(user: User, report: Report) -> bool:
    with acting_as(viewer_for(user)):
        return user.is_active and Report.objects.filter(pk=report.pk).exists()

"""A report that somebody passed on: a coordinator says who really found it, and the reporter's side is theirs.

Whoever passed it on loses that side. A member among them keeps what their membership gives.
"""

from datetime import datetime
from email.utils import parseaddr
from typing import Final, Protocol

from django.conf import settings
from django.db import transaction

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, notices, reporter_keys, search, sharing
from reports.access import Permission
from reports.correspondence import reply_addresses
from reports.enums import Channel, CreditWish, EventKind, NoticeKind, NoticeState
from reports.guards import Refused, demand
from reports.models import AccessKey, Grant, Notification, Report, Reporter
from reports.models.people import hash_key
from teams.models import SecurityTeamMembership, User

NOT_BY_MAIL: Final = "It did not come by mail: whoever wrote it said themselves who they are."
OURS: Final = "Mail to this address comes to us. Give the finder's own."
OF_A_MEMBER: Final = "This address belongs to a member of the security team. Give that of whoever found it."
THE_SAME: Final = "This address is theirs already, whom you would replace."


class HandOn(Protocol):
    """Hands on what another app keeps for `finder`, who was somebody else until now, in the same transaction."""

    def __call__(self, finder: Reporter, *, now: datetime) -> None: ...


_others: list[HandOn] = []


def also(hand_on: HandOn) -> HandOn:
    """From now on `correct_finder` does this as well. Apps that build on reports say so when they are ready."""
    if hand_on not in _others:
        _others.append(hand_on)
    return hand_on


@enforces(Clause.P8, Clause.P11)
def correct_finder(
    report: Report, *, name: str, email: str, may_read_everything: bool, token: str, by: User, now: datetime
) -> None:
    """The finder is whom `name` and `email` say, and gets a link of their own. The same form sent twice counts once.

    They see what comes from now on, and what was there before only if they `may_read_everything`.
    """
    for needed in (Permission.COORDINATE, Permission.SEE_REPORTER):
        demand(by, needed, report)
    fact = f"finder:{hash_key(token)[:32]}"
    with transaction.atomic():
        sharing.hold(report)
        finder = report.reporters.select_related("grant").get(invited_by=None)
        finder.report = report
        if Notification.objects.filter(reporter=finder, dedupe_key__startswith=f"{NoticeKind.FINDER}:{fact}:").exists():
            return
        if objection := objection_to(report, finder=finder, email=email):
            raise Refused(objection)
        history.append(report, EventKind.FINDER_CORRECTED, by=by, now=now, whose=finder.pk)
        _shut_out(report, by=by, now=now)
        sees_from = report.received_at if may_read_everything else now
        _let_in(finder, name=name, email=email, sees_from=sees_from, now=now)
        with acting_as(SYSTEM):
            for hand_on in _others:
                hand_on(finder, now=now)
        search.index(report)
        notices.tell_reporter(finder, NoticeKind.FINDER, fact=fact, now=now)


def objection_to(report: Report, *, finder: Reporter, email: str) -> str | None:
    """What speaks against it, as a sentence; nothing if it may be done."""
    members = SecurityTeamMembership.objects.current()
    objections = (
        (report.channel != Channel.MAIL, NOT_BY_MAIL),
        (_comes_to_us(email), OURS),
        (members.filter(user__email__iexact=email).exists(), OF_A_MEMBER),
        (finder.email.casefold() == email.casefold(), THE_SAME),
    )
    return next((sentence for applies, sentence in objections if applies), None)


def _comes_to_us(email: str) -> bool:
    organisation = settings.POLICY.organisation
    own = (organisation.security_address, organisation.escalation_address, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    named = email.casefold() in {address.casefold() for address in own}
    return named or reply_addresses.is_shaped_like_one(email)


def _shut_out(report: Report, *, by: User, now: datetime) -> None:
    """Of whoever was on the reporter's side none comes in any more, and what they were still to be told goes to nobody.

    Whom they invited is for the finder to invite again.
    """
    ended = AccessKey.objects.filter(report=report, revoked_at=None).update(revoked_at=now)
    history.append(report, EventKind.LINKS_ENDED, by=by, now=now, links=ended)
    invited = Grant.objects.filter(report=report, reporter__invited_by__isnull=False, revoked_at=None)
    for grant in invited.order_by("pk"):
        sharing.end(grant, of=report, by=by, now=now)
    for one in report.reporters.all():
        one.report = report
        reporter_keys.drop_all(one, now=now)
    unsent = (NoticeState.PENDING, NoticeState.FAILED)
    waiting = Notification.objects.filter(report=report, reporter__isnull=False, state__in=unsent)
    waiting.update(state=NoticeState.DROPPED, error="The finder is somebody else.")


def _let_in(finder: Reporter, *, name: str, email: str, sees_from: datetime, now: datetime) -> None:
    """What the one before wished for is not what this one wishes for."""
    Reporter.objects.select_for_update(of=("self",)).get(pk=finder.pk)
    finder.name, finder.email = name, email
    finder.credit_wish, finder.credit_name = CreditWish.ASK, ""
    finder.save(update_fields=["name", "email", "credit_wish", "credit_name"])
    grant = finder.grant
    grant.granted_at, grant.sees_from, grant.revoked_at, grant.revoked_by = now, sees_from, None, None
    grant.save(update_fields=["granted_at", "sees_from", "revoked_at", "revoked_by"])

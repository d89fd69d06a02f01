"""Letting people in on a report, and shutting them out again (P8, P28). Grants are revoked, never deleted."""

from datetime import datetime

from django.db import IntegrityError, transaction

from portal.policy import Clause, enforces
from reports import history, notices
from reports.access import Permission
from reports.enums import REPORTER_ROLES, SHARED_ROLES, EventKind, NoticeKind, Role, State
from reports.guards import Refused, demand
from reports.models import AccessKey, Grant, Recusal, Report, Reporter
from reports.models.grants import GrantQuerySet
from teams.membership import standing_of
from teams.models import User

BY_MEMBERSHIP = "Belongs to the security team."
"""The reason of a grant to a member, who needs none of their own: the team may know."""
_LET_IN = "{to} is let in as {role} already."

FIX_IS_UNDER_WAY = frozenset({State.FIXING, State.READY, State.RELEASED, State.DISCLOSED})
"""States in which the patch team stands: whoever comes later comes for a reason (P28)."""


@enforces(Clause.P8, Clause.P28)
def share(
    report: Report, *, to: User, role: Role, reason: str, by: User, now: datetime, until: datetime | None = None
) -> Grant:
    """Let `to` see the report in `role` until revoked, or `until`, and tell them that there is something to read."""
    demand(by, Permission.SHARE, report)
    if until is not None and until <= now:
        raise Refused("It would end before it began: choose a later day.")
    try:
        with transaction.atomic():
            hold(report)
            if objection := objection_to(report, to=to, role=role, reason=reason):
                raise Refused(objection)
            grant = give(report, to=to, role=role, reason=reason.strip() or BY_MEMBERSHIP, by=by, now=now, until=until)
            notices.tell_users(report, NoticeKind.SHARED, [to], fact=f"grant:{grant.pk}", now=now)
    except IntegrityError:  # a second click, or somebody else, was as quick
        raise Refused(_LET_IN.format(to=to, role=role.label)) from None
    return grant


@enforces(Clause.P28)
def objection_to(report: Report, *, to: User, role: Role, reason: str) -> str | None:
    """What speaks against letting `to` in, as a sentence; nothing if they may be let in."""
    standing = standing_of(to)
    held = Grant.objects.in_force().filter(report=report, user=to, role=role)
    walled_off = Recusal.objects.filter(report=report, user=to, lifted_at=None)
    leads = Grant.objects.in_force().filter(report=report, role=Role.LEAD).exclude(user=to)
    objections = (
        (role not in SHARED_ROLES, "That role is not given: it comes about by itself."),
        (not to.is_active, f"The account of {to} is switched off."),
        (
            not (standing.is_member or standing.is_maintainer),
            f"{to} maintains no active project: only maintainers can be let in.",
        ),
        (walled_off.exists(), f"{to} is recused from it. Lift the recusal first."),
        (
            not standing.is_member and not reason.strip(),
            f"{to} is not of the security team: say why fixing it needs them.",
        ),
        (
            report.state in FIX_IS_UNDER_WAY and not reason.strip(),
            f"The fix is under way: say why it needs {to} as well.",
        ),
        (held.exists(), _LET_IN.format(to=to, role=role.label)),
        (role == Role.LEAD and leads.exists(), "Somebody leads the fix already: end that first."),
    )
    return next((sentence for applies, sentence in objections if applies), None)


def hold(report: Report) -> None:
    """Let nobody else be let in until the transaction under way ends: what speaks against it is asked once more then.

    The row of the report is locked before its grants, by everybody who writes both.
    """
    Report.objects.select_for_update(no_key=True, of=("self",)).values_list("pk").get(pk=report.pk)


def give(
    report: Report, *, to: User, role: Role, reason: str, by: User | None, now: datetime, until: datetime | None = None
) -> Grant:
    """Write the grant and its event, whatever speaks against it; by the portal itself, if by nobody.

    One that has run out makes room.
    """
    hold(report)
    Grant.objects.filter(report=report, user=to, role=role, revoked_at=None, expires_at__lte=now).update(revoked_at=now)
    grant = Grant.objects.create(
        report=report,
        user=to,
        role=role,
        reason=reason,
        granted_by=by,
        granted_at=now,
        sees_from=report.received_at,
        expires_at=until,
    )
    history.append(
        report, EventKind.ACCESS_GRANTED, by=by, now=now, to=to.pk, role=role.value, grant=grant.pk, until=_iso(until)
    )
    return grant


@enforces(Clause.P8)
def revoke(grant: Grant, *, by: User, now: datetime) -> None:
    """End a grant at once, in open tabs too. Revoked twice, it is revoked once."""
    report = grant.report
    demand(by, Permission.SHARE, report)
    if grant.role == Role.REPORTER:
        raise Refused("The report is theirs. If a link of theirs got into wrong hands, end their links instead.")
    if report.restricted_at and _is_the_last_eye(grant):
        raise Refused("They are the last of the team who can see it: let somebody else in first.")
    with transaction.atomic():
        end(grant, of=report, by=by, now=now)
    grant.revoked_at, grant.revoked_by = now, by


def end(grant: Grant, *, of: Report, by: User, now: datetime) -> None:
    """Write the end of a grant of the report, whatever speaks against it, in the transaction under way.

    The event comes first: whoever ends their own grant could not write it afterwards.
    """
    history.append(of, EventKind.ACCESS_REVOKED, by=by, now=now, to=grant.user_id, role=grant.role, grant=grant.pk)
    if not Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now, revoked_by=by):
        raise Refused("It was revoked already.")


def end_links(reporter: Reporter, *, by: User, now: datetime) -> int:
    """End every link of somebody on the reporter's side (CAP-02); how many. They can ask for a new one by mail."""
    report = reporter.report
    demand(by, Permission.SHARE, report)
    with transaction.atomic():
        ended = AccessKey.objects.filter(reporter=reporter, revoked_at=None).update(revoked_at=now)
        if ended:
            history.append(report, EventKind.LINKS_ENDED, by=by, now=now, whose=reporter.pk, links=ended)
    return ended


def _is_the_last_eye(grant: Grant) -> bool:
    others = lasting(grant.report).exclude(pk=grant.pk)
    return not notices.team_of(grant.report).filter(pk__in=others.values("user_id")).exists()


def lasting(report: Report) -> GrantQuerySet:
    """Grants to people that end only when somebody ends them. On others alone no restricted report is left."""
    return Grant.objects.in_force().filter(report=report, user__isnull=False, expires_at=None)


def is_of_the_reporters(grant: Grant) -> bool:
    return grant.role in REPORTER_ROLES


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

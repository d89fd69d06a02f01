"""The patch and release team of a report: who is asked, who agrees, and who leaves it (P26 to P28).

A place on it is a grant in one of `PATCH_ROLES`. Who may know anyway is put on it at once; every other maintainer is
asked, and sees nothing of the report before they have agreed to keep it to themselves.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import history, notices, sharing
from reports.access import Permission
from reports.enums import PATCH_ROLES, SHARED_ROLES, Answer, EventKind, NoticeKind, Role, State
from reports.guards import Refused, demand
from reports.models import Grant, Invitation, Report
from teams.membership import could_be_let_in
from teams.models import User

DAYS_OF_GRACE = Q(role=Role.OBSERVER, granted_by=None, expires_at__isnull=False)
"""What the portal itself leaves in sight for a time, of those who had to leave the team (P25)."""
TOO_LATE = "That was answered or withdrawn already."


@enforces(Clause.P26, Clause.P28)
def ask(report: Report, *, who: User, role: Role, reason: str, by: User, now: datetime) -> Invitation | Grant:
    """Ask `who` into the team and tell them; a grant if they may know anyway, and so need not be asked."""
    demand(by, Permission.ASSEMBLE, report)
    with transaction.atomic():
        sharing.hold(report)
        if objection := objection_to(report, who=who, role=role, reason=reason):
            raise Refused(objection)
        if _may_know(report, who):
            return _place(report, who, role=role, reason=reason, by=by, now=now)
        invitation = Invitation.objects.create(
            report=report, user=who, role=role, reason=reason.strip(), invited_by=by, invited_at=now
        )
        history.append(report, EventKind.ASKED, by=by, now=now, to=who.pk, role=role.value)
        notices.tell_users(report, NoticeKind.ASKED, [who], fact=f"invitation:{invitation.pk}", now=now)
    return invitation


@enforces(Clause.P28)
def objection_to(report: Report, *, who: User, role: Role, reason: str) -> str | None:
    """What speaks against asking `who`, as a sentence; nothing if they may be asked."""
    if role not in PATCH_ROLES:
        return "That is no role on the patch team."
    if report.state in {State.RECEIVED, State.CLOSED}:
        return f"It is {report.get_state_display()}: a patch team comes together for what was acknowledged."
    if objection := sharing.objection_to(report, to=who, role=role, reason=reason):
        return objection
    if Invitation.objects.filter(report=report, user=who, answer=Answer.PENDING).exists():
        return f"{who} is asked already, and has not answered yet."
    return None


@enforces(Clause.P8, Clause.P22)
def accept(invitation: Invitation, *, by: User, now: datetime) -> Report:
    """Join the team: from now on `by` sees the report, and whoever leads it is told."""
    with acting_as(SYSTEM), transaction.atomic():
        report = _answer(invitation, Answer.ACCEPTED, by=by, now=now)
        role = Role(invitation.role)
        if report.is_closed or sharing.objection_to(report, to=by, role=role, reason=invitation.reason):
            raise Refused("You cannot join it any more. Whoever asked you can tell you more.")
        history.append(report, EventKind.AGREED, by=by, now=now, role=role.value)
        sharing.give(report, to=by, role=role, reason=invitation.reason, by=invitation.invited_by, now=now)
        tell_lead(report, fact=f"agreed:{invitation.pk}", now=now, but=by)
    return report


def decline(invitation: Invitation, *, by: User, now: datetime) -> None:
    """Without a reason. Whoever leads it is told, and `by` has learnt nothing of the report."""
    with acting_as(SYSTEM), transaction.atomic():
        report = _answer(invitation, Answer.DECLINED, by=by, now=now)
        history.append(report, EventKind.REFUSED_TO_HELP, by=by, now=now)
        tell_lead(report, fact=f"declined:{invitation.pk}", now=now, but=by)


def withdraw(invitation: Invitation, *, by: User, now: datetime) -> None:
    report = invitation.report
    demand(by, Permission.ASSEMBLE, report)
    with transaction.atomic():
        if not _closed(invitation, Answer.WITHDRAWN, now=now):
            raise Refused(TOO_LATE)
        history.append(report, EventKind.NO_LONGER_ASKED, by=by, now=now, to=invitation.user_id)


def ask_nobody_any_more(report: Report, *, by: User, now: datetime) -> None:
    """Withdraw what is open: the report closes, and there is nothing to join."""
    for invitation in Invitation.objects.filter(report=report, answer=Answer.PENDING):
        if _closed(invitation, Answer.WITHDRAWN, now=now):
            history.append(report, EventKind.NO_LONGER_ASKED, by=by, now=now, to=invitation.user_id)


def leave(report: Report, *, by: User, now: datetime) -> None:
    """Step off the team. Who saw the report by that alone loses sight of it, so everything is written before."""
    places = Grant.objects.in_force().filter(report=report, user=by, role__in=PATCH_ROLES)
    if not places.exists():
        raise Refused("You are not on its patch team.")
    others = sharing.lasting(report).exclude(pk__in=places)
    if report.restricted_at and not notices.team_of(report).filter(pk__in=others.values("user_id")).exists():
        raise Refused("You are the last of the team who can see it: let somebody else in first.")
    with transaction.atomic():
        event = history.append(report, EventKind.LEFT, by=by, now=now)
        tell_lead(report, fact=f"event:{event.pk}", now=now, but=by)
        places.update(revoked_at=now, revoked_by=by)


@enforces(Clause.P26, Clause.P28)
def drop_former_maintainers(*, now: datetime) -> None:
    """Whoever maintains no active project any more, and is not of the security team, is let in no longer, and the lead
    is told. Nobody is asked who could not join. Safe to run twice, or halfway.
    """
    may_be_let_in = could_be_let_in().values("pk")
    grants = (
        Grant.objects.in_force().filter(role__in=SHARED_ROLES).exclude(user__in=may_be_let_in).exclude(DAYS_OF_GRACE)
    )
    for grant in grants.select_related("user", "report__coordinator"):
        with transaction.atomic():
            if Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now):
                _note_dropped(grant, now=now)
    invitations = Invitation.objects.filter(answer=Answer.PENDING).exclude(user__in=may_be_let_in)
    for invitation in invitations.select_related("user", "report__coordinator"):
        with transaction.atomic():
            if _closed(invitation, Answer.WITHDRAWN, now=now):
                _note_dropped(invitation, now=now)


def tell_lead(report: Report, *, fact: str, now: datetime, but: User | None = None) -> None:
    """Tell who leads the fix that the team has changed; while nobody does, who coordinates the report."""
    leading = Grant.objects.in_force().filter(report=report, role=Role.LEAD).select_related("user")
    leads = [grant.user for grant in leading if grant.user is not None and grant.user != but]
    if leads:
        notices.tell_users(report, NoticeKind.TEAM_CHANGED, leads, fact=fact, now=now)
    else:
        notices.tell_coordinator(report, NoticeKind.TEAM_CHANGED, fact=fact, now=now, but=but)


def _note_dropped(place: Grant | Invitation, *, now: datetime) -> None:
    event = history.append(place.report, EventKind.DROPPED, by=None, now=now, to=place.user_id, role=place.role)
    tell_lead(place.report, fact=f"event:{event.pk}", now=now, but=place.user)


def _may_know(report: Report, who: User) -> bool:
    granted = Grant.objects.in_force().filter(report=report, user=who)
    return notices.team_of(report).filter(pk=who.pk).exists() or granted.exists()


def _place(report: Report, who: User, *, role: Role, reason: str, by: User, now: datetime) -> Grant:
    why = reason.strip() or sharing.BY_MEMBERSHIP
    grant = sharing.give(report, to=who, role=role, reason=why, by=by, now=now)
    if who != by:
        notices.tell_users(report, NoticeKind.SHARED, [who], fact=f"grant:{grant.pk}", now=now)
    return grant


def _answer(invitation: Invitation, answer: Answer, *, by: User, now: datetime) -> Report:
    if invitation.user_id != by.pk:
        raise Refused("It is somebody else who is asked.")
    if not _closed(invitation, answer, now=now):
        raise Refused(TOO_LATE)
    sharing.hold(invitation.report)
    return Report.objects.select_related("coordinator").get(pk=invitation.report_id)


def _closed(invitation: Invitation, answer: Answer, *, now: datetime) -> bool:
    """Whether it was open until now."""
    pending = Invitation.objects.filter(pk=invitation.pk, answer=Answer.PENDING)
    return bool(pending.update(answer=answer, answered_at=now))

"""Coordination passes from one to the next: offered, and accepted or declined (P2, P24)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from portal.policy import Clause, enforces
from reports import coordination, history, notices, sharing
from reports.access import Permission
from reports.enums import EventKind, HandOverAnswer, NoticeKind, Role
from reports.guards import Refused, demand
from reports.models import Grant, HandOver, Report
from teams import rota
from teams.models import User

LEFT = "Coordinates it after somebody left."


def pending_on(report: Report) -> HandOver | None:
    return HandOver.objects.pending().filter(report=report).select_related("to", "was").first()


@enforces(Clause.P24)
def accept(report: Report, *, by: User, now: datetime) -> None:
    """Say yes to what was offered: from now on it is theirs."""
    demand(by, Permission.COORDINATE, report)
    with transaction.atomic():
        _answer(report, HandOverAnswer.ACCEPTED, by=by, now=now)
        was = report.coordinator_id
        Report.objects.filter(pk=report.pk).update(coordinator=by)
        report.coordinator = by
        history.append(report, EventKind.COORDINATION_TAKEN, by=by, now=now, was=was)


@enforces(Clause.P24)
def decline(report: Report, *, by: User, now: datetime) -> None:
    """Say no. Whoever offered it keeps it; if they have left, it is everybody's again, and all are told."""
    demand(by, Permission.COORDINATE, report)
    with transaction.atomic():
        _answer(report, HandOverAnswer.DECLINED, by=by, now=now)
        history.append(report, EventKind.COORDINATION_DECLINED, by=by, now=now)
        if report.coordinator_id == by.pk:
            coordination.free(report, now=now)
        elif report.coordinator is not None:
            fact = f"declined:{report.pk}:{now.isoformat()}"
            notices.tell_users(report, NoticeKind.DECLINED, [report.coordinator], fact=fact, now=now)


def _answer(report: Report, answer: HandOverAnswer, *, by: User, now: datetime) -> None:
    offered = HandOver.objects.pending().filter(report=report, to=by)
    if not offered.update(answer=answer, answered_at=now):
        raise Refused("It is not offered to you any more. Look at the report again.")


@enforces(Clause.P2)
def ask(report: Report, *, to: User, by: User, now: datetime) -> None:
    """Offer coordination to another member. Until they accept it stays where it is."""
    demand(by, Permission.COORDINATE, report)
    if not notices.team_of(report).filter(pk=to.pk).exists():
        raise Refused("Only a member of the security team who is not recused can coordinate it.")
    if report.coordinator_id == to.pk:
        raise Refused(f"{to} coordinates it already.")
    with transaction.atomic():
        offer(report, to=to, was=report.coordinator, by=by, now=now)


def offer(report: Report, *, to: User, was: User | None, by: User | None, now: datetime) -> HandOver:
    """Ask `to`, and nobody else any more."""
    HandOver.objects.pending().filter(report=report).update(answer=HandOverAnswer.OVERTAKEN, answered_at=now)
    answer_by = now + timedelta(hours=settings.POLICY.team.handover_answer_hours)
    made = HandOver.objects.create(report=report, to=to, was=was, offered_at=now, answer_by=answer_by)
    history.append(report, EventKind.COORDINATION_OFFERED, by=by, now=now, to=to.pk)
    notices.tell_users(report, NoticeKind.OFFERED, [to], fact=f"handover:{made.pk}", now=now)
    return made


@enforces(Clause.P24, Clause.P25)
def pass_on(report: Report, *, leaver: User, wanted: User | None, now: datetime) -> User | None:
    """Give a report whose coordinator leaves to a new one before the old one loses sight of it; whom.

    With nobody left who may know, the escalation contact is told, since no one else would notice.
    """
    heir = heir_of(report, leaver=leaver, wanted=wanted, now=now)
    if heir is None:
        coordination.free(report, now=now, but=leaver)
        notices.write([notices.of_escalation(report, NoticeKind.UNOWNED, fact=f"left:{leaver.pk}", now=now)])
        return None
    if report.restricted_at is not None and not notices.team_of(report).filter(pk=heir.pk).exists():
        sharing.give(report, to=heir, role=Role.COORDINATOR, reason=LEFT, by=None, now=now)
    Report.objects.filter(pk=report.pk, coordinator=report.coordinator_id).update(coordinator=heir)
    report.coordinator = heir
    history.append(report, EventKind.COORDINATION_HANDED_OVER, by=None, now=now, to=heir.pk)
    offer(report, to=heir, was=leaver, by=None, now=now)
    return heir


def heir_of(report: Report, *, leaver: User, wanted: User | None, now: datetime) -> User | None:
    """Whom the leaver named, whoever is on duty, whoever is there: the first who may know of it and is not away."""
    staying = rota.staying(now=now).exclude(pk=leaver.pk)
    may_know = notices.team_of(report).filter(pk__in=staying.values("pk"))
    if report.restricted_at is not None and not may_know.exists():
        walls = report.recusals.filter(lifted_at=None)
        may_know = staying.exclude(pk__in=walls.values("user_id"))
    there = list(may_know.order_by("-security_team_memberships__is_lead", "pk"))
    away = rota.away_on(settings.POLICY.calendar.day_of(now))
    duty = rota.on_duty(now=now)
    preferred = [each for each in (wanted, duty) if each in there and each is not None]
    here = [each for each in there if each.pk not in away]
    return next(iter([*preferred, *here, *there]), None)


@enforces(Clause.P24)
def escalate(*, now: datetime) -> None:
    """What nobody has answered in time goes to the escalation contact, once. Safe to run twice."""
    for late in HandOver.objects.pending().filter(answer_by__lte=now, escalated_at=None).select_related("report"):
        with transaction.atomic():
            if HandOver.objects.filter(pk=late.pk, escalated_at=None).update(escalated_at=now):
                fact = f"handover:{late.pk}"
                notices.write([notices.of_escalation(late.report, NoticeKind.UNANSWERED, fact=fact, now=now)])
                notices.tell_team(late.report, NoticeKind.UNANSWERED, fact=fact, now=now)


def grants_of(user: User) -> list[Grant]:
    """What lets `user` in on reports, one by one."""
    return list(Grant.objects.in_force().filter(user=user).select_related("report").order_by("pk"))

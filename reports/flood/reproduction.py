"""Asking a reporter how to reproduce what they report: once, however many press the button."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from portal.policy import Clause, enforces
from reports import conversation, coordination, history, lifecycle
from reports.access import Permission
from reports.enums import Channel, EventKind, State
from reports.guards import Decision, Refused, demand
from reports.lifecycle import Move
from reports.models import Report, ReportEvent
from teams.models import User

NOBODY_TO_ASK = "The team found it itself: nobody outside can be asked."
CLOSED = "It is closed: open it again before anything is asked."
ASKED_BEFORE = "Its reporter was asked in the last {days} days."


def hindrance(report: Report, *, asked_lately: bool) -> str:
    """Why its reporter is not asked, as a sentence; nothing if they can be."""
    if report.channel == Channel.TEAM:
        return NOBODY_TO_ASK
    if report.is_closed:
        return CLOSED
    return ASKED_BEFORE.format(days=settings.POLICY.flood.ask_again_days) if asked_lately else ""


def asked_lately(*reports: Report, now: datetime) -> frozenset[int]:
    """The ids of those whose reporters were asked so short a time ago that they are left in peace; one query."""
    since = settings.POLICY.flood.may_ask_again_since(now)
    asked = ReportEvent.objects.filter(report__in=reports, kind=EventKind.REPRODUCTION_ASKED, at__gt=since)
    return frozenset(asked.values_list("report_id", flat=True))


@enforces(Clause.P7, Clause.P11)
def ask(report: Report, text: str, *, by: User, take_coordination: bool, now: datetime) -> None:
    """Write `text` to the reporter and wait for their answer. What nobody had acknowledged is acknowledged by it: it is
    a person's word all the same.
    """
    demand(by, Permission.ANSWER, report)
    with transaction.atomic():
        report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if why := hindrance(report, asked_lately=bool(asked_lately(report, now=now))):
            raise Refused(why)
        if report.state == State.RECEIVED:
            decision = Decision(message=text, take_coordination=take_coordination)
            lifecycle.move(report, Move.ACKNOWLEDGE, by=by, decision=decision, now=now)
        else:
            conversation.answer(report, text, by=by, now=now)
        history.append(report, EventKind.REPRODUCTION_ASKED, by=by, now=now)
        coordination.wait_for_reporter(report, by=by, now=now)

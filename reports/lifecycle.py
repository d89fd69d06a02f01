"""The report's life: one table of moves, and the one function that changes a state."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from portal.policy import Clause, enforces
from reports import clocks, conversation, coordination, guards, history, notices, patch_team
from reports.access import Permission, may
from reports.enums import Channel, ClockKind, DeclineReason, EventKind, NoticeKind, State
from reports.github_reports import errands
from reports.guards import Decision, Guard, Refused, Situation
from reports.models import Report
from reports.readiness import UNKNOWN, Readiness, readiness_of
from teams.models import User


class Move(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    IDENTIFY = "identify"
    ASSEMBLE = "assemble"
    MARK_READY = "mark-ready"
    RELEASE = "release"
    DISCLOSE = "disclose"
    DISCLOSE_EARLY = "disclose-early"
    CLOSE = "close"
    DECLINE = "decline"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A row of the table. `standing` guards look at the report, `spoken` ones at what the person says with the move.

    `tells_the_reporter`: whether those who reported it get a mail that it has taken a step (P10).
    """

    move: Move
    sources: frozenset[State]
    target: State
    event: EventKind
    clauses: tuple[Clause, ...]
    label: str
    meaning: str
    standing: tuple[Guard, ...] = ()
    spoken: tuple[Guard, ...] = ()
    permission: Permission = Permission.MOVE
    tells_the_reporter: bool = True


TABLE: dict[Move, Transition] = {
    row.move: row
    for row in (
        Transition(
            move=Move.ACKNOWLEDGE,
            sources=frozenset({State.RECEIVED}),
            target=State.TRIAGE,
            event=EventKind.ACKNOWLEDGED,
            clauses=(Clause.P7,),
            label="Acknowledge",
            meaning="Tells the reporter that a person has read it, and starts triage.",
            spoken=(guards.tells_the_reporter,),
        ),
        Transition(
            move=Move.IDENTIFY,
            sources=frozenset({State.TRIAGE}),
            target=State.IDENTIFIED,
            event=EventKind.IDENTIFIED,
            clauses=(Clause.P2, Clause.P10),
            label="Confirm the vulnerability",
            meaning="Says that it is real, where and how bad, and tells the reporter.",
            standing=(guards.has_coordinator, guards.has_projects, guards.has_severity),
            spoken=(guards.tells_the_reporter_or_says_why_not,),
        ),
        Transition(
            move=Move.ASSEMBLE,
            sources=frozenset({State.IDENTIFIED}),
            target=State.FIXING,
            event=EventKind.ASSEMBLED,
            clauses=(Clause.P26, Clause.P28),
            label="Begin the fix",
            meaning="Says that the patch team is complete. From then on, whoever joins it takes a reason.",
            standing=(
                guards.has_projects,
                guards.has_lead,
                guards.covers_each_project,
                guards.can_release_each_project,
                guards.are_all_maintainers,
            ),
            permission=Permission.ASSEMBLE,
            tells_the_reporter=False,
        ),
        Transition(
            move=Move.MARK_READY,
            sources=frozenset({State.FIXING}),
            target=State.READY,
            event=EventKind.MADE_READY,
            clauses=(Clause.P12, Clause.P14),
            label="Mark it ready",
            meaning="Says that the fix can be released on the planned day, and what it was about published with it.",
            standing=(
                guards.has_projects,
                guards.has_fixed_versions,
                guards.has_done_the_work,
                guards.has_advisories,
                guards.has_planned_day,
            ),
            permission=Permission.ASSEMBLE,
            tells_the_reporter=False,
        ),
        Transition(
            move=Move.RELEASE,
            sources=frozenset({State.READY}),
            target=State.RELEASED,
            event=EventKind.RELEASED,
            clauses=(Clause.P10, Clause.P31),
            label="Say that it is released",
            meaning="Says that every affected project has its release, and tells the reporter.",
            standing=(guards.is_released,),
            spoken=(guards.tells_the_reporter_or_says_why_not,),
            permission=Permission.PUBLISH,
        ),
        Transition(
            move=Move.DISCLOSE,
            sources=frozenset({State.RELEASED}),
            target=State.DISCLOSED,
            event=EventKind.DISCLOSED,
            clauses=(Clause.P12, Clause.P29, Clause.P30, Clause.P31),
            label="Say that it is disclosed",
            meaning="Says that the advisory is published in every affected repository, and on our own pages.",
            standing=(guards.has_advisories, guards.is_published),
            permission=Permission.PUBLISH,
        ),
        Transition(
            move=Move.DISCLOSE_EARLY,
            sources=frozenset({State.IDENTIFIED, State.FIXING, State.READY}),
            target=State.DISCLOSED,
            event=EventKind.DISCLOSED_EARLY,
            clauses=(Clause.P10, Clause.P12, Clause.P13),
            label="Disclose early",
            meaning="Says that it is published before its fix, since it is public or exploited, or can be mitigated.",
            standing=(guards.may_go_early, guards.has_advisories, guards.is_published),
            spoken=(guards.tells_the_reporter_or_says_why_not,),
            permission=Permission.PUBLISH,
        ),
        Transition(
            move=Move.CLOSE,
            sources=frozenset({State.DISCLOSED}),
            target=State.CLOSED,
            event=EventKind.CLOSED,
            clauses=(Clause.P16, Clause.P18, Clause.P32),
            label="Close",
            meaning="Says that nothing is owed any more: CVE ID, links in the release notes, credit.",
            standing=(guards.owes_no_cve, guards.owes_no_link, guards.owes_no_credit),
        ),
        Transition(
            move=Move.DECLINE,
            sources=frozenset({State.RECEIVED, State.TRIAGE}),
            target=State.CLOSED,
            event=EventKind.DECLINED,
            clauses=(Clause.P2, Clause.P6, Clause.P10),
            label="Decline",
            meaning="Closes it with a reason, and tells the reporter which.",
            spoken=(
                guards.gives_a_reason,
                guards.spam_is_seen_at_once,
                guards.names_the_duplicate,
                guards.tells_the_reporter_unless_spam,
            ),
        ),
        Transition(
            move=Move.REOPEN,
            sources=frozenset({State.CLOSED}),
            target=State.TRIAGE,
            event=EventKind.REOPENED,
            clauses=(Clause.P2,),
            label="Reopen",
            meaning="Brings it back into triage.",
            standing=(guards.was_real, guards.was_not_disclosed),
            spoken=(guards.explains, guards.tells_the_reporter_who_was_taken_for_spam),
        ),
    )
}

PRIMARY = {
    State.RECEIVED: Move.ACKNOWLEDGE,
    State.TRIAGE: Move.IDENTIFY,
    State.IDENTIFIED: Move.ASSEMBLE,
    State.FIXING: Move.MARK_READY,
    State.READY: Move.RELEASE,
    State.RELEASED: Move.DISCLOSE,
    State.DISCLOSED: Move.CLOSE,
}
"""The one step that the report page offers first."""

FIXED_FROM = frozenset({State.IDENTIFIED, State.FIXING, State.READY, State.RELEASED, State.DISCLOSED})
"""States whose moves ask how far the fix is, and its disclosure."""


def possible(report: Report, user: User) -> list[Transition]:
    """The moves that lead on from here and that `user` may make, whether or not something is still missing."""
    return [row for row in TABLE.values() if report.state in row.sources and may(user, row.permission, report)]


def missing(report: Report, move: Move, *, project_count: int, readiness: Readiness) -> dict[Guard, str]:
    """What the report lacks before `move`: the sentences, by the guards that say them."""
    situation = Situation(report=report, project_count=project_count, decision=Decision(), readiness=readiness)
    return {guard: sentence for guard in TABLE[move].standing if (sentence := guard(situation))}


def readiness_before(report: Report, *, now: datetime) -> Readiness:
    """How far the fix is, in states where a move asks for it."""
    return readiness_of(report, now=now) if report.state in FIXED_FROM else UNKNOWN


@enforces(
    Clause.P2, Clause.P7, Clause.P10, Clause.P12, Clause.P16, Clause.P26, Clause.P29, Clause.P30, Clause.P31, Clause.P32
)
def move(report: Report, step: Move, *, by: User, decision: Decision, now: datetime) -> None:
    """Take `report` one step on, with its event, message, clocks and notices in one transaction, or raise `Refused`."""
    if not may(by, TABLE[step].permission, report):
        raise Refused("You may not move this report.")
    try:
        with transaction.atomic():
            _move(report, TABLE[step], by=by, decision=decision, now=now)
    except Refused:
        report.refresh_from_db()
        raise


def _move(report: Report, row: Transition, *, by: User, decision: Decision, now: datetime) -> None:
    if report.coordinator_id is None and (decision.take_coordination or _leaves_triage_for_good(row, decision)):
        coordination.take(report, by=by, now=now)
    _check(report, row, decision, now)
    was_spam, was_quarantined = report.decline_reason == DeclineReason.SPAM, report.quarantined_at is not None
    _change_state(report, row, decision, now)
    event = history.append(report, row.event, by=by, now=now, **_details(row, decision))
    _keep_clocks(report, row.move, by, now, was_spam=was_spam)
    errands.wish_after_move(report, now=now)
    if row.target == State.CLOSED:
        patch_team.ask_nobody_any_more(report, by=by, now=now)
    if decision.message.strip():
        conversation.post(report, decision.message, by=by, now=now)
    if decision.explanation.strip():
        conversation.note(report, decision.explanation, by=by, now=now)
    if _is_waived(decision):
        conversation.note(report, f"Why the reporter was not written to: {decision.waiver}", by=by, now=now)
    elif row.tells_the_reporter and not (row.move is Move.DECLINE and decision.reason == DeclineReason.SPAM):
        notices.tell_reporters(report, NoticeKind.MOVED, fact=f"event:{event.pk}", now=now)
        if was_quarantined or was_spam:  # no receipt, and so no link, has gone to them yet
            notices.tell_reporters(report, NoticeKind.RECEIPT, fact=f"report:{report.pk}", now=now)


def _leaves_triage_for_good(row: Transition, decision: Decision) -> bool:
    """Whoever declines what nobody coordinates answers for that verdict (P2). Spam is nobody's."""
    return row.move is Move.DECLINE and decision.reason not in {None, DeclineReason.SPAM}


def _check(report: Report, row: Transition, decision: Decision, now: datetime) -> None:
    if report.state not in row.sources:
        raise Refused(f"It is {report.get_state_display()}: “{row.label}” is no step from there.")
    situation = Situation(
        report=report,
        project_count=report.affected_projects.count(),
        decision=decision,
        readiness=readiness_before(report, now=now),
    )
    sentences = [sentence for guard in (*row.standing, *row.spoken) if (sentence := guard(situation))]
    if sentences:
        raise Refused(" ".join(sentences))


def _change_state(report: Report, row: Transition, decision: Decision, now: datetime) -> None:
    """Conditional on the state that the mover saw, and not on any state from which the move would do."""
    closing = row.target == State.CLOSED
    changed = Report.objects.filter(pk=report.pk, state=report.state).update(
        state=row.target,
        state_since=now,
        closed_at=now if closing else None,
        decline_reason=decision.reason or "" if closing else "",
        duplicate_of=decision.duplicate_of if closing else None,
        waiting_since=None,
        next_reminder_at=None,
        quarantined_at=None,
        **({"withdrawal_requested_at": None} if row.move is Move.REOPEN else {}),
    )
    if not changed:
        raise Refused("Somebody else has just moved this report. Look at it again before you decide.")
    report.refresh_from_db()


def _details(row: Transition, decision: Decision) -> dict[str, history.Detail]:
    details: dict[str, history.Detail] = {"to": row.target.value}
    if decision.reason:
        details["reason"] = decision.reason.value
    if decision.duplicate_of:
        details["duplicate_of"] = decision.duplicate_of.pk
    if _is_waived(decision):
        details["waiver"] = True
    return details


def _is_waived(decision: Decision) -> bool:
    return bool(decision.waiver.strip()) and not decision.message.strip()


def _keep_clocks(report: Report, step: Move, by: User, now: datetime, *, was_spam: bool) -> None:
    if report.channel == Channel.TEAM:
        return  # nobody outside was promised anything
    match step:
        case Move.ACKNOWLEDGE:
            clocks.stop(report, ClockKind.ACKNOWLEDGE, by=by, now=now)
            clocks.start(report, ClockKind.NEXT_UPDATE, now=now)
        case Move.IDENTIFY | Move.RELEASE | Move.DISCLOSE | Move.DISCLOSE_EARLY:
            clocks.restart(report, ClockKind.NEXT_UPDATE, by=by, now=now)
        case Move.DECLINE | Move.CLOSE:
            clocks.stop_all(report, by=by, now=now)
        case Move.REOPEN:
            if was_spam:
                clocks.keep_only_now(report, ClockKind.ACKNOWLEDGE, by=by, now=now)
            clocks.start(report, ClockKind.NEXT_UPDATE, now=now)

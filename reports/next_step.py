"""The one step that the report page offers first, what is missing before it, and the quieter ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from reports import guards, lifecycle
from reports.access import Permission, may
from reports.enums import Channel, DeclineReason, State
from reports.guards import Guard
from reports.lifecycle import Move, Transition
from reports.models import Report
from reports.readiness import Readiness
from teams.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link to a form, or a button that acts at once."""

    label: str
    url: str
    acts_at_once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is missing before a step, and where to put it."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    title: str
    text: str
    way: Way | None = None
    needs: Sequence[Need] = ()
    others: Sequence[Way] = ()


def next_step(report: Report, *, user: User, project_count: int, readiness: Readiness) -> NextStep:
    rows = {row.move: row for row in lifecycle.possible(report, user)}
    if report.quarantined_at and may(user, Permission.REVIEW_QUARANTINE, report):
        return _look_it_over(report, rows)
    first = lifecycle.PRIMARY.get(State(report.state))
    if first in rows:
        row = rows.pop(first)
        return NextStep(
            title=row.label,
            text=row.meaning,
            way=_way(report, row, label=BUTTONS[first]),
            needs=needs(report, first, project_count=project_count, readiness=readiness),
            others=[*_own_ways(report, first), *_others(report, rows)],
        )
    if report.is_closed:
        return NextStep(title=_verdict(report), text=CLOSED[bool(rows)], others=_others(report, rows))
    return _keep_in_touch(report, rows, user)


BUTTONS = {
    Move.ACKNOWLEDGE: "Write the acknowledgement",
    Move.IDENTIFY: "Write what you found",
    Move.ASSEMBLE: "Begin the fix",
    Move.MARK_READY: "Mark it ready",
    Move.RELEASE: "Say that it is released",
    Move.DISCLOSE: "Say that it is disclosed",
    Move.CLOSE: "Close it",
}
OWN_WAYS = {
    Move.ASSEMBLE: ("The patch team", "report-patch-team"),
    Move.MARK_READY: ("The checklist", "report-fix"),
    Move.RELEASE: ("The day of the release", "report-day"),
    Move.DISCLOSE: ("The day of the release", "report-day"),
}
"""What leads up to a step, beside what is missing: the words and the page."""
CLOSED = {
    True: "Nothing runs any more. If something new comes up, it can be opened again.",
    False: "Nothing runs any more.",
}


MENDED_AT: dict[Guard, str] = {
    guards.has_coordinator: "report-hand-over",
    guards.has_projects: "report-projects",
    guards.has_severity: "report-severity",
    guards.has_lead: "report-patch-team",
    guards.covers_each_project: "report-patch-team",
    guards.can_release_each_project: "report-patch-team",
    guards.are_all_maintainers: "report-sharing",
    guards.has_fixed_versions: "report-fix",
    guards.has_done_the_work: "report-fix",
    guards.has_planned_day: "report-release-plan",
    guards.has_advisories: "report-advisories",
    guards.is_released: "report-day",
    guards.is_published: "report-day",
    guards.may_go_early: "report-exceptions",
    guards.owes_no_cve: "report-cve",
    guards.owes_no_link: "report-day",
    guards.owes_no_credit: "report-credit",
    guards.was_real: "report-rehearsal",
    guards.was_not_disclosed: "report-advisories",
}


def needs(report: Report, step: Move, *, project_count: int, readiness: Readiness) -> list[Need]:
    return [
        Need(sentence=sentence, url=reverse(MENDED_AT[guard], args=[report.reference]))
        for guard, sentence in lifecycle.missing(report, step, project_count=project_count, readiness=readiness).items()
    ]


def _look_it_over(report: Report, rows: dict[Move, Transition]) -> NextStep:
    return NextStep(
        title="Look it over",
        text="It came in a flood of reports and waits in quarantine: its reporter has had no receipt yet. "
        "Let it in if a person could have meant it.",
        way=Way(label="Let it in", url=reverse("report-lift-quarantine", args=[report.reference]), acts_at_once=True),
        others=_others(report, rows),
    )


def _keep_in_touch(report: Report, rows: dict[Move, Transition], user: User) -> NextStep:
    may_answer = report.channel != Channel.TEAM and may(user, Permission.ANSWER, report)
    text = "No step waits for you. The reporter hears from us again by the next update at the latest."
    return NextStep(
        title="Keep the reporter up to date" if may_answer else "Nothing to decide",
        text=text if may_answer else "The people who coordinate it decide about the next step.",
        way=Way(label="Write an update", url=f"{report.get_absolute_url()}#write") if may_answer else None,
        others=_others(report, rows),
    )


def _verdict(report: Report) -> str:
    if not report.decline_reason:
        return "Closed"
    return f"Declined: {DeclineReason(report.decline_reason).label}"


def _own_ways(report: Report, step: Move) -> list[Way]:
    own = OWN_WAYS.get(step)
    return [Way(label=own[0], url=reverse(own[1], args=[report.reference]))] if own else []


def _others(report: Report, rows: dict[Move, Transition]) -> list[Way]:
    return [_way(report, row, label=row.label) for row in rows.values()]


def _way(report: Report, row: Transition, *, label: str) -> Way:
    return Way(label=label, url=reverse("report-move", args=[report.reference, row.move]))

"""Making a harmless report public: a member proposes the words, the reporter agrees to exactly these, or nothing
happens (P6, P17). Silence publishes nothing.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from disclosures import leaks
from disclosures.confidences import confidences_of
from disclosures.enums import PublicityState, Task
from disclosures.leaks import Finding, Passage
from disclosures.models import PublicIssue
from disclosures.models.publicity import WAITING
from portal.policy import Clause, enforces
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import history, notices
from reports.access import Permission
from reports.enums import Audience, Channel, EventKind, NoticeKind, State
from reports.guards import Refused, demand
from reports.models import Report, Reporter
from teams.models import Project, User

HARMLESS: Final = (State.RECEIVED, State.TRIAGE)
"""From where a report can be declined as an ordinary bug. Once it is confirmed it is none."""
MOVED_ON: Final = "It is {state}: only what waits in triage can become an ordinary issue."
NOBODY_TO_ASK: Final = "The team found it itself: open the issue on GitHub, and decline it as an ordinary bug."
IS_PUBLIC: Final = "It is public already."
UNDER_WAY: Final = "It is being made public at this moment, or may be public already: look again in a few minutes."
CHANGED: Final = "These words are asked about no longer. Read what stands here now, and answer that."


def current(report: Report) -> PublicIssue | None:
    """What is asked, agreed or made; or the last that was refused."""
    rows = PublicIssue.objects.filter(report=report).exclude(state=PublicityState.DROPPED)
    found = rows.select_related("project", "asked_by").order_by("-asked_at", "-pk").first()
    if found is not None:
        found.report = report
    return found


def findings_in(report: Report, *, title: str, text: str) -> list[Finding]:
    """What these words may give away. The reporter's own words may be repeated, the team's notes may not."""
    notes = [note.body for note in report.messages.filter(audience=Audience.TEAM).order_by("-pk")]
    passages = [
        Passage(anchor="title", label="Title", text=title),
        Passage(anchor="text", label="Text", text=text),
    ]
    return leaks.search(passages, confidences_of(report, conversation=notes))


@enforces(Clause.P6, Clause.P17)
def propose(report: Report, *, project: Project, title: str, text: str, by: User, now: datetime) -> PublicIssue:
    """Ask the reporter whether exactly this may become public. Other words that were asked about, or even agreed to,
    count no longer.
    """
    demand(by, Permission.MOVE, report)
    with transaction.atomic():
        locked = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if why := hindrance(locked):
            raise Refused(why)
        if PublicIssue.objects.filter(report=locked, state=PublicityState.MADE).exists():
            raise Refused(IS_PUBLIC)
        drop(locked)
        row = PublicIssue.objects.create(
            report=locked, project=project, title=title, text=text, asked_by=by, asked_at=now, next_attempt_at=now
        )
        history.append(locked, EventKind.PUBLICITY_ASKED, by=by, now=now, issue=row.pk)
        notices.tell_reporters(locked, NoticeKind.PUBLICITY_ASKED, fact=f"issue:{row.pk}", now=now)
    return row


def hindrance(report: Report) -> str:
    """Why it cannot become an ordinary issue, as a sentence; nothing if it can."""
    if report.channel == Channel.TEAM:
        return NOBODY_TO_ASK
    return "" if report.state in HARMLESS else MOVED_ON.format(state=report.get_state_display())


def withdraw(report: Report, *, by: User) -> None:
    """Ask no longer, and publish nothing of what was agreed to."""
    demand(by, Permission.MOVE, report)
    with transaction.atomic():
        Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=report.pk)
        if not drop(report):
            raise Refused("Nothing is asked any more.")


@enforces(Clause.P17)
def answer(issue: PublicIssue, *, read: str, agrees: bool, by: Reporter, now: datetime) -> None:
    """By the reporter, to exactly the words of `issue`; `read` is the number of those that they have read. Until it is
    made they may still say no.
    """
    if read != str(issue.pk):
        raise Refused(CHANGED)
    if by.is_co_reporter:
        raise Refused("Whoever sent the report decides about it.")
    if agrees:
        kind, sources, state = EventKind.PUBLICITY_AGREED, [PublicityState.ASKED], PublicityState.AGREED
    else:
        kind, sources, state = EventKind.PUBLICITY_REFUSED, list(WAITING), PublicityState.REFUSED
    with acting_as(SYSTEM), transaction.atomic():
        report = Report.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.report_id)
        rows = PublicIssue.objects.filter(pk=issue.pk, report=report, state__in=sources, may_be_there=False)
        if not rows.update(state=state, answered_by=by, answered_at=now, next_attempt_at=now):
            raise Refused(CHANGED)
        history.append(report, kind, by=by, now=now, issue=issue.pk)
    if agrees:
        enqueue(Task.MAKE_PUBLIC, issue.pk)


def try_again(report: Report, *, by: User, now: datetime) -> None:
    """What was agreed to and could not be written on GitHub is tried at once."""
    demand(by, Permission.MOVE, report)
    rows = PublicIssue.objects.filter(report=report, state=PublicityState.AGREED, may_be_there=False)
    waiting = list(rows.values_list("pk", flat=True))
    if not rows.update(next_attempt_at=now):
        raise Refused("There is nothing to try again, or it is tried by itself within minutes.")
    for number in waiting:
        enqueue(Task.MAKE_PUBLIC, number)


def drop(report: Report) -> int:
    """Not what may be public by now: that is out of our hands."""
    waiting = PublicIssue.objects.filter(report=report, state__in=WAITING)
    if waiting.filter(may_be_there=True).exists():
        raise Refused(UNDER_WAY)
    return waiting.update(state=PublicityState.DROPPED)

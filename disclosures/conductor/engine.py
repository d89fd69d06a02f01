"""Takes steps: one at a time for a report, each by whoever claims it, until none can be taken any more.

What a step does to the outside is done before its row says so, and while no transaction is open. A worker that is
killed in between leaves a step that is taken again when its lease is over: each first looks whether it was done.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from disclosures import exceptions
from disclosures.conductor import order, steps
from disclosures.conductor.order import Place, Progress
from disclosures.conductor.outcome import Attempt, Call, Done, NotYet, Outcome, Overtaken, Skipped
from disclosures.enums import ExceptionKind, StepKind, StepState, Task
from disclosures.models import Conduct, RepositoryAdvisory, Step
from disclosures.repositories import github_for
from portal.github import GitHubError, Limited
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import notices
from reports.access import Permission, may
from reports.enums import NoticeKind
from reports.guards import Refused
from reports.models import Report
from teams.membership import viewer_for

LEASE: Final = timedelta(minutes=3)
"""Longer than any call takes, with a token for it. Renewed before each that changes anything; a killed worker's step
is taken again after it."""
ROUND: Final = 10.0
"""Seconds, after which the rest is left to the next bell: no worker is to be ended in the middle of a step."""
LOOK_AGAIN: Final = timedelta(minutes=2)
BACKOFF: Final = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))
TOLD_AFTER: Final = 3
"""Failures in a row, before people hear of it."""
LONGEST_PROBLEM: Final = 300

type WallClock = Callable[[], datetime]


def ring_for_due(*, now: datetime) -> None:
    """Every minute: whatever is due, whether or not a bell for it was heard."""
    goes_on = Q(report__conduct__stopped_at=None) | _own()
    due = Step.objects.filter(_claimable(now), goes_on, report__conduct__isnull=False).order_by("report_id")
    for report in due.values_list("report_id", flat=True).distinct():
        enqueue(Task.CONDUCT, report)


def conduct(report_id: int, *, clock: WallClock) -> None:
    """Take every step of the report that can be taken now. Each is committed before the next begins."""
    tried: set[int] = set()
    until = time.monotonic() + ROUND
    while attempt := _claimed(report_id, tried, now=clock()):
        tried.add(attempt.step.pk)
        try:
            outcome = _made(attempt, clock=clock)
            with acting_as(SYSTEM):
                _keep(attempt, outcome)
        except Overtaken:
            continue
        except (GitHubError, Refused) as trouble:
            with acting_as(SYSTEM):
                _fail(attempt, trouble)
        except Exception as mistake:
            with acting_as(SYSTEM):
                _fail(attempt, Refused(f"The portal itself made a mistake here ({type(mistake).__name__})."))
            raise
        if time.monotonic() > until:
            enqueue(Task.CONDUCT, report_id)
            return


def progress_of(report: Report, steps: Sequence[Step] | None = None) -> Progress:
    """Two queries, or one where its steps are at hand."""
    states = {place_of(step): StepState(step.state) for step in (report.steps.all() if steps is None else steps)}
    return Progress(states, goes_early=ExceptionKind.EARLY in exceptions.agreed(report))


def place_of(step: Step) -> Place:
    return Place(kind=StepKind(step.kind), advisory=step.advisory_id, project=step.project_id)


def _own() -> Q:
    """What the portal does in its own name, held or not, and whoever may have left (P8, P17): what it writes again is
    public on our own page, and neither a name that has to go nor who has left the patch team waits for anybody. To look
    up what somebody named changes nothing on GitHub.
    """
    draft = RepositoryAdvisory.objects.filter(advisory=OuterRef("advisory"), project=OuterRef("project"))
    was_shared = Exists(draft.filter(let_in__isnull=False))
    return Q(kind__in=[StepKind.REWRITE, StepKind.ADOPT]) | Q(Q(was_shared), kind=StepKind.COLLABORATORS)


def _claimable(now: datetime) -> Q:
    free = Q(state__in=[StepState.WAITING, StepState.FAILED]) | Q(state=StepState.RUNNING, leased_until__lte=now)
    return free & Q(next_attempt_at__lte=now)


def _claimed(report_id: int, tried: set[int], *, now: datetime) -> Attempt | None:
    """The first step that can be taken and that nobody else has claimed: two workers may have seen it free."""
    with acting_as(SYSTEM):
        conduct = Conduct.objects.filter(report=report_id).select_related("report", "started_by")
        going = conduct.first()
        if going is None:
            return None
        progress = progress_of(going.report)
        due = Step.objects.filter(_claimable(now), report=report_id).exclude(pk__in=tried)
        if going.stopped_at is not None:
            due = due.filter(_own())
        for step in due.select_related("project", "advisory"):
            if not order.waits_for(place_of(step), progress) and _claim(step, now=now):
                _know_each_other(step, going)
                return Attempt(step=step, conduct=going, now=now)
    return None


def _claim(step: Step, *, now: datetime) -> bool:
    claimed = Step.objects.filter(_claimable(now), pk=step.pk).update(
        state=StepState.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1
    )
    step.state, step.leased_until, step.attempts = StepState.RUNNING, now + LEASE, step.attempts + 1
    return bool(claimed)


def _know_each_other(step: Step, going: Conduct) -> None:
    """One report in memory, whose key opens everything that belongs to it."""
    step.report = going.report
    if step.advisory is not None:
        step.advisory.report = going.report


def _made(attempt: Attempt, *, clock: WallClock) -> Outcome:
    with acting_as(SYSTEM):
        if not Step.objects.filter(_own(), pk=attempt.step.pk).exists():
            _check_person(attempt)
        if why := _why_not_needed(attempt.step):
            return Skipped(why)
        asked: Outcome | Call = steps.VERBS[StepKind(attempt.step.kind)](attempt)
        github = github_for(attempt.step.report) if callable(asked) else None
    github = github.guarded(lambda: _hold(attempt.step, now=clock())) if github else None
    return asked(github) if callable(asked) and github is not None else _settled(asked)


def _why_not_needed(step: Step) -> str:
    """Of what has changed since the steps were laid out. What was published is still written again where it can be."""
    if step.project is None or step.kind == StepKind.REWRITE:
        return ""
    if step.project.archived_at is not None:
        return "The repository is archived: nothing can be released or published there."
    if not step.report.affected_projects.filter(project=step.project).exists():
        return "The project is not affected any more."
    return ""


def _hold(step: Step, *, now: datetime) -> None:
    """Right before GitHub is changed: it is ours for as long as that may take, and it stays on record that we set out.

    Committed before the change is sent, so that whoever looks afterwards knows whose it may be.
    """
    with acting_as(SYSTEM):
        ours = Step.objects.filter(pk=step.pk, state=StepState.RUNNING, leased_until=step.leased_until)
        if not ours.update(leased_until=now + LEASE, set_out_at=now):
            raise Overtaken
    step.leased_until, step.set_out_at = now + LEASE, now


def _settled(asked: Outcome | Call) -> Outcome:
    if callable(asked):
        raise Refused("There is no GitHub to ask.")
    return asked


def _check_person(attempt: Attempt) -> None:
    """Everything is done in the name of whoever set the day going."""
    person = attempt.conduct.started_by
    with acting_as(viewer_for(person)):
        if not may(person, Permission.PUBLISH, attempt.step.report):
            raise Refused("Whoever set the day going may not publish it any more: somebody else has to take over.")


def _keep(attempt: Attempt, outcome: Outcome) -> None:
    step, now = attempt.step, attempt.now
    if not _is_ours(step):
        return
    if outcome.keep is not None:
        outcome.keep()
    match outcome:
        case Done():
            _write(step, StepState.DONE, done_at=now)
        case Skipped(why=why):
            _write(step, StepState.SKIPPED, problem=why, done_at=now)
        case NotYet(why=why):
            step.attempts = 0
            _write(step, StepState.WAITING, problem=why, again_at=now + LOOK_AGAIN)


def _fail(attempt: Attempt, trouble: GitHubError | Refused) -> None:
    step, now = attempt.step, attempt.now
    if not _is_ours(step):
        return
    again_at = now + BACKOFF[min(step.attempts, len(BACKOFF)) - 1]
    if isinstance(trouble, Limited) and trouble.retry_at:
        again_at = max(again_at, trouble.retry_at)
    _write(step, StepState.FAILED, problem=str(trouble), again_at=again_at)
    if step.attempts == TOLD_AFTER:
        fact = f"step:{step.pk}:{now.isoformat()}"
        notices.tell_team(step.report, NoticeKind.STEP_FAILED, fact=fact, now=now)


def _is_ours(step: Step) -> bool:
    """Locks it. Whoever took it over after our lease knows better."""
    ours = Step.objects.filter(pk=step.pk, state=StepState.RUNNING, leased_until=step.leased_until)
    return ours.select_for_update(no_key=True, of=("self",)).first() is not None


def _write(
    step: Step,
    state: StepState,
    *,
    problem: str = "",
    done_at: datetime | None = None,
    again_at: datetime | None = None,
) -> None:
    step.state, step.problem, step.done_at, step.leased_until = state, problem[:LONGEST_PROBLEM], done_at, None
    step.next_attempt_at = again_at or step.next_attempt_at
    step.save(update_fields=["state", "problem", "done_at", "leased_until", "next_attempt_at", "attempts"])

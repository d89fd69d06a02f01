"""What people do about the day: prepare it, set it going, hold it, try a step again, and spread what came later."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from disclosures import credits as ask_whom
from disclosures import exceptions, publishing
from disclosures.conductor import order
from disclosures.conductor.order import Place
from disclosures.enums import AdvisoryState, StepKind, StepState, Task
from disclosures.models import Advisory, AffectedProduct, Conduct, RepositoryAdvisory, Step
from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports import history
from reports.access import Permission
from reports.enums import EventKind, State
from reports.guards import Refused, demand, listed
from reports.models import Report
from reports.readiness import readiness_of
from teams.models import User

PREPARED_IN: Final = (State.IDENTIFIED, State.FIXING, State.READY)


def prepare(report: Report, *, with_forks: bool, by: User, now: datetime) -> None:
    """Push the drafts to GitHub ahead of the day. Every administrator there sees them from then on (trap 13)."""
    demand(by, Permission.PUBLISH, report)
    if report.state not in PREPARED_IN:
        raise Refused(f"It is {report.get_state_display()}: there is nothing to prepare.")
    _refuse_unapproved(report, now=now)
    with transaction.atomic():
        _set_going(report, message=None, by=by, now=now)
        history.append(report, EventKind.DAY_PREPARED, by=by, now=now, forks=with_forks)
        _add(report, order.places(spoken_of(report), only_prepare=True, with_forks=with_forks), now=now)
    enqueue(Task.CONDUCT, report.pk)


@enforces(Clause.P10, Clause.P12)
def start(report: Report, *, message: str, by: User, now: datetime) -> None:
    """Set the day going: from now on, each step is taken as soon as what it waits for is there.

    `message` goes to the reporter once the fix is released.
    """
    demand(by, Permission.PUBLISH, report)
    readiness = readiness_of(report, now=now).disclosure
    if report.state != State.READY and not (readiness.may_go_early and report.state in PREPARED_IN):
        raise Refused("Mark the fix as ready first. To publish before it takes an exception that two people agree to.")
    if not message.strip():
        raise Refused("Write to the reporter: the release is theirs to know.")
    _refuse_unapproved(report, now=now)
    if report.state != State.READY:
        _refuse_without_mitigation(report)
    with transaction.atomic():
        _set_going(report, message=message, by=by, now=now)
        history.append(report, EventKind.DAY_STARTED, by=by, now=now)
        ask_whom.prepare(report, now=now)
        _add_all(report, now=now)
    enqueue(Task.CONDUCT, report.pk)


def stop(report: Report, *, by: User, now: datetime) -> None:
    """Take no further step. What was done stays done."""
    demand(by, Permission.PUBLISH, report)
    with transaction.atomic():
        if Conduct.objects.filter(report=report, stopped_at=None).update(stopped_at=now):
            history.append(report, EventKind.DAY_HELD, by=by, now=now)


def go_on(report: Report, *, by: User, now: datetime) -> None:
    """In the name of whoever says so."""
    demand(by, Permission.PUBLISH, report)
    with transaction.atomic():
        if not Conduct.objects.filter(report=report).update(stopped_at=None, started_by=by):
            return
        Step.objects.filter(report=report, state=StepState.FAILED).update(next_attempt_at=now)
        history.append(report, EventKind.DAY_CONTINUED, by=by, now=now)
    enqueue(Task.CONDUCT, report.pk)


def try_again(step: Step, *, by: User, now: datetime) -> None:
    """One step, at once, and in the name of whoever says so."""
    demand(by, Permission.PUBLISH, step.report)
    with transaction.atomic():
        open_ones = Step.objects.filter(pk=step.pk, state__in=(StepState.WAITING, StepState.FAILED))
        if open_ones.update(next_attempt_at=now, attempts=0):
            Conduct.objects.filter(report=step.report).update(started_by=by, stopped_at=None)
            history.append(step.report, EventKind.STEP_RETRIED, by=by, now=now, step=step.kind)
    enqueue(Task.CONDUCT, step.report_id)


def publish_changes(report: Report, *, by: User, now: datetime) -> None:
    """What was approved since it went out: on our pages and on GitHub. A project that became affected meanwhile has its
    release first, like those before it.
    """
    demand(by, Permission.PUBLISH, report)
    if not changed_since(report):
        raise Refused("Nothing new is approved: whoever reads it knows all of it.")
    Conduct.objects.filter(report=report).update(started_by=by, stopped_at=None)
    _add_all(report, now=now)
    enqueue(Task.CONDUCT, report.pk)
    readiness = readiness_of(report, now=now).disclosure
    if readiness.unreleased and not readiness.may_go_early:
        names = listed(readiness.unreleased)
        raise Refused(f"The release of {names} was not seen yet, and this would tell of it: it is waited for now.")
    with transaction.atomic():
        history.append(report, EventKind.CHANGES_PUBLISHED, by=by, now=now)
        for advisory in report.advisories.filter(state=AdvisoryState.PUBLISHED):
            publishing.publish(advisory, changed="The text was changed.", now=now)
        write_everywhere(report, changed="The text was changed.", now=now)


def changed_since(report: Report) -> bool:
    """Whether something is approved that the world has not read yet. A query for each advisory of the report."""
    public = [one for one in report.advisories.all() if one.state == AdvisoryState.PUBLISHED]
    found = (publishing.approved(one) for one in public)
    return any(revision is not None and revision.published_at is None for revision in found)


def ask_for_id(advisory: Advisory, *, now: datetime) -> None:
    """Somebody chose GitHub's way to a CVE ID after the step had found nothing to do."""
    steps = Step.objects.filter(report=advisory.report, kind=StepKind.CVE, advisory=advisory)
    steps.exclude(state=StepState.RUNNING).update(
        state=StepState.WAITING, done_at=None, next_attempt_at=now, attempts=0
    )
    enqueue(Task.CONDUCT, advisory.report_id)


@enforces(Clause.P16, Clause.P17)
def write_everywhere(report: Report, *, changed: str, now: datetime) -> None:
    """Bring an ID that came, or a name that goes, to everything published: our pages at once, GitHub by its steps.

    The words stay those that are public: what was approved since waits for `publish_changes`.
    """
    with transaction.atomic():
        for advisory in report.advisories.exclude(state=AdvisoryState.DRAFT):
            publishing.publish_again(advisory, changed=changed, now=now)
        rows = RepositoryAdvisory.objects.filter(report=report, state__in=publishing.PUBLIC)
        write_again(report, list(rows), now=now)


def take_again(row: RepositoryAdvisory, *kinds: StepKind, now: datetime) -> None:
    """Steps that were laid out for it."""
    for kind in kinds:
        _again(row.report, kind, [row], now=now)
    enqueue(Task.CONDUCT, row.report_id)


def look_up(row: RepositoryAdvisory, *, by: User, now: datetime) -> None:
    """Have what somebody named looked up, before anything else is done there. It sets no day going."""
    Conduct.objects.get_or_create(report=row.report, defaults={"started_by": by, "started_at": now, "message": ""})
    _add(row.report, [_place(StepKind.ADOPT, row)], now=now)
    take_again(row, StepKind.ADOPT, StepKind.DRAFT, now=now)


def write_again(report: Report, rows: Sequence[RepositoryAdvisory], *, now: datetime) -> None:
    """Bring these, and the notes of their releases, to what is public by now."""
    with transaction.atomic():
        _add(report, [_place(StepKind.REWRITE, row) for row in rows], now=now)
        _again(report, StepKind.REWRITE, rows, now=now)
        _again(report, StepKind.NOTES, rows, now=now)
    enqueue(Task.CONDUCT, report.pk)


def spoken_of(report: Report) -> Sequence[tuple[int, int]]:
    """Which advisory speaks of which project. Archived ones are left out: nothing can be published there."""
    rows = AffectedProduct.objects.filter(report=report, project__archived_at=None)
    return sorted(set(rows.values_list("advisory_id", "project_id")))


def _refuse_unapproved(report: Report, *, now: datetime) -> None:
    if without := readiness_of(report, now=now).disclosure.without_advisory:
        raise Refused(f"No approved advisory says what is affected in {listed(without)}: write it, have it approved.")
    waiting = [one.identifier for one in report.advisories.all() if publishing.publishable(one) is None]
    if waiting:
        raise Refused(f"Not approved as it stands: {listed(waiting)}.")


def _refuse_without_mitigation(report: Report) -> None:
    """Two people agreed to tell early since people can do something: then the advisory says what."""
    if not exceptions.promises_mitigation(report):
        return
    silent = [one.identifier for one in report.advisories.filter(state=AdvisoryState.DRAFT) if not one.workaround]
    if silent:
        raise Refused(f"Until the release, the workaround is all that people can do: describe it in {listed(silent)}.")


def _set_going(report: Report, *, message: str | None, by: User, now: datetime) -> None:
    going = Conduct.objects.filter(report=report).first() or Conduct(report=report, started_at=now, message="")
    going.started_by, going.stopped_at = by, None
    if message is not None:
        going.message = message
    going.save()


def _add_all(report: Report, *, now: datetime) -> None:
    advisories = report.advisories.values_list("pk", flat=True)
    _add(report, order.places(spoken_of(report), advisories=advisories), now=now)


def _add(report: Report, places: Iterable[Place], *, now: datetime) -> None:
    """Those that are there stay as they are."""
    fresh = [
        Step(
            report=report,
            kind=place.kind,
            advisory_id=place.advisory,
            project_id=place.project,
            next_attempt_at=now,
        )
        for place in places
    ]
    Step.objects.bulk_create(fresh, ignore_conflicts=True)


def _again(report: Report, kind: StepKind, rows: Iterable[RepositoryAdvisory], *, now: datetime) -> None:
    """One that is at work may write what was true before: it is taken again once nobody can be at it any more."""
    for row in rows:
        steps = Step.objects.filter(report=report, kind=kind, advisory=row.advisory_id, project=row.project_id)
        steps.update(
            state=StepState.WAITING,
            done_at=None,
            next_attempt_at=Coalesce(F("leased_until"), now),
            leased_until=None,
            attempts=0,
        )


def _place(kind: StepKind, row: RepositoryAdvisory) -> Place:
    return Place(kind=kind, advisory=row.advisory_id, project=row.project_id)

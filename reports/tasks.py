"""Background work, started by `portal.queue.enqueue` or by a schedule. Ids in, nothing out, safe to run twice.

Each task does one verb; what fails tells the worker's tables its kind and place, and no value (TSK-07).
"""

from django.utils import timezone

from portal import heartbeat
from portal.audit import ledger
from portal.queue import discreet
from portal.viewer import SYSTEM, acting_as
from reports import (
    anchoring,
    clocks,
    coordination,
    delivery,
    departures,
    digests,
    forgetting,
    handovers,
    key_expiry,
    patch_team,
    pictures,
    public_figures,
    reminders,
    tidying,
)
from reports import figures as kept_promises
from reports.github_reports import errands, looking, telling
from teams import sessions

SWEEPS = (
    departures.carry_out_announced,
    sessions.end_after_changes,
    patch_team.drop_former_maintainers,
    coordination.free_abandoned,
    handovers.escalate,
    clocks.sweep,
    digests.gather,
    delivery.ring_again,
    reminders.sweep,
    errands.keep_collaborators,
    errands.ring_for_due,
    key_expiry.tell,
    ledger.note,
    anchoring.to_address,
    anchoring.to_file,
)
"""What is due. Each in a transaction of its own, the promises first, once each has somebody to be told of it."""


@discreet
def deliver(*notifications: int) -> None:
    delivery.deliver(notifications, clock=timezone.now)


@discreet
def redraw(*attachments: int) -> None:
    pictures.redraw(attachments)


@discreet
def sweep() -> None:
    """Every minute. One that fails holds up no other; the heartbeat comes last, so that it is noticed."""
    now = timezone.now()
    failures: list[Exception] = []
    for due in SWEEPS:
        try:
            with acting_as(SYSTEM):
                due(now=now)
        except Exception as failure:  # noqa: BLE001 - raised below, with the others
            failures.append(failure)
    if failures:
        raise ExceptionGroup("What was due could not all be done.", failures)
    heartbeat.beat(now=now)


@discreet
def tidy() -> None:
    """Every hour."""
    with acting_as(SYSTEM):
        tidying.tidy(now=timezone.now())


@discreet
def figures() -> None:
    """Every hour."""
    with acting_as(SYSTEM):
        kept_promises.compute(now=timezone.now())
        public_figures.renew(now=timezone.now())


@discreet
def forget() -> None:
    """Every hour, some reports at a time."""
    forgetting.keep_retention(now=timezone.now())


@discreet
def look_at_github() -> None:
    """Every five minutes: private reports that nobody told us of, and what became of those that are here."""
    looking.look(clock=timezone.now)


@discreet
def hear_github(delivery: int) -> None:
    """GitHub rang: an advisory was reported or published."""
    looking.hear(delivery, clock=timezone.now)


@discreet
def tell_github(report: int) -> None:
    """What became of a private report is told where it was made."""
    telling.tell(report, clock=timezone.now)

"""Background work, started by `portal.queue.enqueue` or by a schedule. Ids in, nothing out, safe to run twice."""

from django.utils import timezone

from disclosures import credit_clock, credit_rewriting, planning
from portal.queue import discreet
from portal.viewer import SYSTEM, acting_as

SWEEPS = (planning.ask_about_days_that_passed, credit_clock.sweep, credit_rewriting.sweep)
"""What is due. Each in a transaction of its own."""


@discreet
def sweep() -> None:
    """Every minute. One that fails holds up no other."""
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

"""Background work of disclosures, rung for by a bell or a schedule. Ids in, nothing out, safe to run twice."""

from django.utils import timezone

from disclosures import (
    credit_clock,
    credit_rewriting,
    issuing,
    late_ids,
    numbering,
    planning,
    shelf,
    spreading,
    statistics,
)
from disclosures.conductor import engine, hearing, looking, rewriting, sharing, words
from portal.queue import discreet
from portal.viewer import SYSTEM, acting_as

SWEEPS = (
    engine.ring_for_due,
    planning.ask_about_days_that_passed,
    credit_clock.sweep,
    credit_rewriting.sweep,
    rewriting.sweep,
    words.sweep,
    sharing.sweep,
    shelf.renew,
    statistics.renew,
    late_ids.open_wishes,
    late_ids.remind,
    spreading.settle,
    numbering.ring_for_due,
    issuing.ring_for_due,
)
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


@discreet
def conduct(report: int) -> None:
    """The steps of one report, as far as they can be taken."""
    engine.conduct(report, clock=timezone.now)


@discreet
def look() -> None:
    """Every five minutes: which reports have to be looked at on GitHub."""
    with acting_as(SYSTEM):
        looking.look(now=timezone.now())


@discreet
def look_at(report: int) -> None:
    """What became of one on GitHub."""
    looking.look_at(report, clock=timezone.now)


@discreet
def hear(delivery: int) -> None:
    """GitHub rang: a release or an advisory has changed."""
    with acting_as(SYSTEM):
        hearing.hear(delivery, now=timezone.now())


@discreet
def make_public(issue: int) -> None:
    """One visit to GitHub for an issue that its reporter agreed to."""
    issuing.make(issue, clock=timezone.now)


@discreet
def number(wish: int) -> None:
    """One visit to CVE Services."""
    numbering.number(wish, clock=timezone.now)

"""Saying what came of a decision on several reports."""

from django.contrib import messages
from django.http import HttpRequest

from reports.bulk import Outcome


def tell(request: HttpRequest, outcome: Outcome, done: str) -> None:
    """`done` as "Acknowledged": which were done and how many, and for each other one why not."""
    if outcome.done:
        count, tried = len(outcome.done), len(outcome.done) + len(outcome.refused)
        share = f" That is {count} of {tried}." if tried > 1 else ""
        messages.success(request, f"{done}: {outcome.references}.{share}")
    for report, why in outcome.refused:
        messages.error(request, f"{report.reference} was left as it is. {why}")
    if not outcome.done and not outcome.refused:
        messages.warning(request, "Choose reports first.")

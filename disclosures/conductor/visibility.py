"""Whether a stranger who follows the link to a published advisory gets to read it."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from disclosures.conductor.on_github import named, row_of
from disclosures.conductor.outcome import Attempt, Call, Done, NotYet, Outcome
from disclosures.models import RepositoryAdvisory
from portal.github import GitHub, PublicPage
from portal.policy import Clause, enforces
from reports.guards import Refused

PATIENCE: Final = timedelta(minutes=30)
"""A target of ours, which no clause asks for: GitHub shows what is published within minutes."""


@enforces(Clause.P29)
def visible(attempt: Attempt) -> Call:
    """Fetched without our token, its name stands on it. What nobody can open long after it was published has failed."""
    row = row_of(attempt.step)
    url, name = row.html_url, named(row)

    def call(github: GitHub) -> Outcome:
        why = _why_not(github.public_page(url, naming=name), name)
        if not why:
            return Done(lambda: _keep(row, now=attempt.now))
        if attempt.now - (row.published_at or attempt.now) <= PATIENCE:
            return NotYet(f"{why} It is looked at again.")
        raise Refused(f"{why} It was published more than {PATIENCE.seconds // 60} minutes ago: look at it on GitHub.")

    return call


def _why_not(page: PublicPage, name: str) -> str:
    """Empty if a stranger reads the advisory there."""
    if page.status != HTTPStatus.OK:
        return f"GitHub answers a stranger with {page.status}."
    return "" if page.names else f"What GitHub shows a stranger there is not {name}."


def _keep(row: RepositoryAdvisory, *, now: datetime) -> None:
    RepositoryAdvisory.objects.filter(pk=row.pk).update(visible_at=now)

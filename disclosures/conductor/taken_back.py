"""An advisory that is withdrawn on GitHub: by whoever was asked to, or by somebody else (P30).

GitHub has a word for it that no program can set, so people write it into the title as well. Either counts. Our own page
follows nobody by itself: what is withdrawn there alone is told to the team, who decide.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from disclosures.enums import AdvisoryState, RepositoryAdvisoryState
from disclosures.formats.documents import Document
from disclosures.models import RepositoryAdvisory
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports import history, notices
from reports.enums import EventKind, NoticeKind

MARK: Final = "withdrawn"

LEFT: Final = Q(advisory__state=AdvisoryState.WITHDRAWN, ghsa_id__isnull=False) & (
    Q(state=RepositoryAdvisoryState.PUBLISHED) | Q(state=RepositoryAdvisoryState.WITHDRAWN, checked_at=None)
)
"""Withdrawn here, and not seen to be there: it is looked at, however long ago the report was closed."""


def state_of(found: OnGitHub) -> RepositoryAdvisoryState:
    state = RepositoryAdvisoryState(found.state.value)
    return (
        RepositoryAdvisoryState.WITHDRAWN if state is RepositoryAdvisoryState.PUBLISHED and _says_so(found) else state
    )


def with_mark(body: Document, found: OnGitHub) -> Document:
    """What is written there again keeps the word that somebody put in front of its title."""
    title = str(body.get("summary", ""))
    if not _says_so(found) or title.casefold().startswith(MARK):
        return body
    return {**body, "summary": f"Withdrawn: {title}"}


@enforces(Clause.P30)
def keep(row: RepositoryAdvisory, state: RepositoryAdvisoryState, *, now: datetime) -> bool:
    """What was seen of it, and what follows if that has to do with a withdrawal. False if it changed meanwhile."""
    was, withdrawn = row.state, RepositoryAdvisoryState.WITHDRAWN
    with transaction.atomic():
        standing = RepositoryAdvisory.objects.filter(pk=row.pk, state=was)
        if not standing.update(state=state, checked_at=now):
            return False
        if state is withdrawn:
            _note(row, EventKind.WITHDRAWN_THERE, now=now)
            _tell_if_new(row, now=now)
        elif was == withdrawn:
            _note(row, EventKind.NOT_WITHDRAWN_THERE, now=now)
    return True


def _note(row: RepositoryAdvisory, kind: EventKind, *, now: datetime) -> None:
    history.append(row.report, kind, by=None, now=now, advisory=row.advisory.identifier, project=row.project_id)


def _tell_if_new(row: RepositoryAdvisory, *, now: datetime) -> None:
    """Unless it is withdrawn here: then it is what people were asked to do."""
    if row.advisory.state != AdvisoryState.WITHDRAWN:
        notices.tell_team(row.report, NoticeKind.WITHDRAWN_THERE, fact=f"there:{row.pk}:{now.isoformat()}", now=now)


def _says_so(found: OnGitHub) -> bool:
    return found.summary.strip().casefold().startswith(MARK)

"""Advisories that were read in a repository concern the floor above too, which says once whom to tell of them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from portal.github import RepositoryAdvisory
from teams.models import Project

type Told = Callable[[Project, Sequence[RepositoryAdvisory], datetime], None]

_told: list[Told] = []


def learn(told: Told) -> None:
    """Tell `told` from now on."""
    _told[:] = [told]


def tell(project: Project, found: Sequence[RepositoryAdvisory], *, now: datetime) -> None:
    """As they stand there. To be called as somebody who looks."""
    for told in _told:
        told(project, found, now)

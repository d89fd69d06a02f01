"""Advisories that somebody published where a report is concerned, and that the portal does not know (P29)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from disclosures.models import RepositoryAdvisory
from portal.github import AdvisoryState
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports import history, notices
from reports.enums import EventKind, NoticeKind, State
from reports.github_reports import sightings
from reports.models import GitHubReport, Report, ReportEvent
from teams.models import Project

NOT_PUBLIC: Final = (State.RECEIVED, State.TRIAGE, State.IDENTIFIED, State.FIXING, State.READY, State.RELEASED)


@enforces(Clause.P29)
def notice(project: Project, found: Sequence[OnGitHub], *, now: datetime) -> None:
    """Tell the team of each report that it may be about, once. Looked at again and again, it is told once."""
    public = [row for row in found if row.state is AdvisoryState.PUBLISHED and row.published_at is not None]
    known = _known(public)
    for row in public:
        if row.ghsa_id not in known:
            _tell(project, row, now=now)


@dataclass(frozen=True, slots=True)
class Sighting:
    project: Project
    ghsa_id: str
    at: datetime
    """When it was noticed."""

    @property
    def url(self) -> str:
        return f"{settings.GITHUB_WEB_URL}/{self.project.repository}/security/advisories/{self.ghsa_id}"


def of(report: Report) -> Sequence[Sighting]:
    """What was noticed for it and is not known by now. A query, and two more if there is any."""
    told = ReportEvent.objects.filter(report=report, kind=EventKind.ADVISORY_UNKNOWN).order_by("pk")
    seen = [(int(str(event.details["project"])), str(event.details["ghsa"]), event.at) for event in told]
    if not seen:
        return []
    known = set(RepositoryAdvisory.objects.filter(report=report).values_list("ghsa_id", flat=True))
    projects = Project.objects.in_bulk([project for project, _, _ in seen])
    return [Sighting(projects[project], ghsa_id, at) for project, ghsa_id, at in seen if ghsa_id not in known]


def _known(public: Sequence[OnGitHub]) -> set[str]:
    """To whichever report they belong."""
    names = [row.ghsa_id for row in public]
    ours = RepositoryAdvisory.objects.filter(ghsa_id__in=names).values_list("ghsa_id", flat=True)
    reported = GitHubReport.objects.filter(ghsa_id__in=names).values_list("ghsa_id", flat=True)
    return {name for name in [*ours, *reported] if name}


def _tell(project: Project, found: OnGitHub, *, now: datetime) -> None:
    concerned = Report.objects.filter(
        affected_projects__project=project, state__in=NOT_PUBLIC, is_rehearsal=False, erased_at=None
    )
    received = concerned.filter(received_at__lte=found.published_at)
    for report in received.order_by("pk").select_for_update(no_key=True, of=("self",)):
        kept = ReportEvent.objects.filter(report=report, kind=EventKind.ADVISORY_UNKNOWN, details__ghsa=found.ghsa_id)
        if kept.exists():
            continue
        history.append(report, EventKind.ADVISORY_UNKNOWN, by=None, now=now, project=project.pk, ghsa=found.ghsa_id)
        notices.tell_team(report, NoticeKind.UNKNOWN_ADVISORY, fact=f"unknown:{report.pk}:{found.ghsa_id}", now=now)


sightings.learn(lambda project, found, now: notice(project, found, now=now))

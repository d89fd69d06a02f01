"""Which GitHub a report's repositories are on: the organisation's, or the sandbox for a rehearsal.

A rehearsal never reaches the real one, wherever the portal runs. Its repositories are set up in the sandbox from the
projects, and what it leaves there is cleared away in the end.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings

from disclosures.models import Release
from portal.github import Account, GitHub, Repository, github
from portal.github.client import Client
from portal.github.sandbox import Sandbox, by_hand, releasing, staging
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRelease, SandboxRepository
from reports.models import Report
from teams.models import Project, User

UNKNOWN_TO_GITHUB: Final = 9_000_000_000
"""What a project's number begins with in the sandbox if GitHub has none for it."""
NO_YEAR: Final = 1900
"""Of a CVE ID that is made up: the first real ones are of 1999."""


def github_for(report: Report) -> GitHub:
    """A rehearsal never reaches the real one. Raises `NotAllowed` while no app is configured."""
    if report.is_rehearsal:
        return Client(Sandbox(), organisation=settings.POLICY.organisation.github_organisation)
    return github()


def set_up(projects: Iterable[Project], *, people: Iterable[User]) -> None:
    """Have the projects in the sandbox, with these people to administer them. What is there stays as it is."""
    accounts = [Account(id=person.github_id, login=person.github_login) for person in people]
    for project in projects:
        repository = Repository(
            id=project.github_id or UNKNOWN_TO_GITHUB + project.pk,
            full_name=project.repository,
            archived=False,
            description=project.description,
            private_reporting=None,
        )
        if not SandboxRepository.objects.filter(full_name__iexact=project.repository).exists():
            staging.set_up(repository, administered_by=accounts)


def release(project: Project, *, tag: str, by: User, now: datetime) -> bool:
    """Publish it in the sandbox. False if it is there already, or the sandbox does not know the project."""
    repository = SandboxRepository.objects.filter(full_name__iexact=project.repository).first()
    if repository is None or SandboxRelease.objects.filter(repository=repository, tag=tag).exists():
        return False
    author, _ = SandboxAccount.objects.get_or_create(github_id=by.github_id, defaults={"login": by.github_login})
    releasing.create(repository, tag=tag, author=author, notes="A rehearsal: nothing was released.", now=now)
    return True


def released(planned: Iterable[Release]) -> set[int]:
    """Projects whose planned release is out in the sandbox, whether or not the portal has seen it."""
    rows = list(planned)
    there = SandboxRelease.objects.filter(draft=False, tag__in=[row.tag for row in rows])
    found = {(name.lower(), tag) for name, tag in there.values_list("repository__full_name", "tag")}
    return {row.project_id for row in rows if (row.project.repository.lower(), row.tag) in found}


def let_id_come(report: Report, *, now: datetime) -> bool:
    """Weeks later GitHub gives an ID; here at once, and of a year of which no real one is. False if none is asked for.

    The portal notices it there as it would on GitHub.
    """
    asked = report.repository_advisories.filter(ghsa_id__isnull=False).values_list("ghsa_id", "advisory_id")
    found = dict(asked)
    waiting = SandboxAdvisory.objects.filter(ghsa_id__in=found, cve_asked_at__isnull=False, cve_id="")
    given = [by_hand.give_cve(row, cve_id=f"CVE-{NO_YEAR}-{found[row.ghsa_id]:04}", now=now) for row in waiting]
    return any(given)


def clear(report: Report) -> None:
    """Take away what a rehearsal left in the sandbox."""
    ghsa_ids = report.repository_advisories.exclude(ghsa_id=None).values_list("ghsa_id", flat=True)
    SandboxAdvisory.objects.filter(ghsa_id__in=list(ghsa_ids)).delete()
    for planned in report.releases.select_related("project"):
        named = SandboxRelease.objects.filter(repository__full_name__iexact=planned.project.repository)
        named.filter(tag=planned.tag).delete()

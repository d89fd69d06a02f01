"""A private report on GitHub becomes a report here: once, whoever tells of it first, and however often."""

from datetime import datetime

from django.db import transaction

from portal.github import Account, RepositoryAdvisory
from portal.keys import derive
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports import intake
from reports.enums import Channel
from reports.github_reports import content, errands
from reports.intake import Submission
from reports.models import GitHubReport
from teams.models import Project, User


@enforces(Clause.P1, Clause.P7)
def take(found: RepositoryAdvisory, *, project: Project, repository_id: int, now: datetime) -> GitHubReport:
    """Keep it, with the account that reported it as its reporter. The clock runs since it arrived at GitHub."""
    arrived_at = min(found.created_at or now, now)
    with acting_as(SYSTEM), transaction.atomic():
        known = GitHubReport.objects.filter(repository_id=repository_id, ghsa_id=found.ghsa_id).first()
        if known is not None:
            return known
        told = _submission(found, project=project, repository_id=repository_id)
        receipt = intake.receive(told, now=arrived_at)
        taken, is_new = GitHubReport.objects.get_or_create(
            repository_id=repository_id,
            ghsa_id=found.ghsa_id,
            defaults={
                "report": receipt.report,
                "reporter": receipt.reporter,
                "project": project,
                "submitter": str(found.author.id) if found.author else "",
                "submitter_login": found.author.login if found.author else "",
                "finders": "\n".join(_finders(found)),
                "state": found.state.value,
                "content": content.written(found),
                "updated_at": found.updated_at,
                "seen_at": now,
            },
        )
        if is_new:
            errands.wish_at_arrival(taken.report, now=now)
        return taken


def _submission(found: RepositoryAdvisory, *, project: Project, repository_id: int) -> Submission:
    return Submission(
        token=derive("github", f"{repository_id} {found.ghsa_id}"),
        summary=content.summary_of(found),
        description=content.description_of(found),
        projects=[project],
        affected_versions=content.versions_of(found),
        impact=content.rating_of(found),
        name=content.name_of(found.author.login if found.author else ""),
        email=_address_of(found.author),
        channel=Channel.GITHUB,
    )


def _address_of(author: Account | None) -> str:
    """Of somebody who has signed in here before: their own GitHub account names it."""
    known = User.objects.filter(github_id=author.id, is_active=True).first() if author else None
    return known.email if known else ""


def _finders(found: RepositoryAdvisory) -> list[str]:
    """Whom the reporter credits beside themselves. Nobody of them is named anywhere before they agree (P17)."""
    author = found.author.login.lower() if found.author else ""
    return list(dict.fromkeys(credit.login for credit in found.credits if credit.login.lower() != author))

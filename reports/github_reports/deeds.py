"""What is done on GitHub for each errand. It looks first: whoever was killed in between may have done it already."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from django.urls import reverse

from portal.github import AdvisoryState, GitHub, RepositoryAdvisory, UnexpectedAnswer
from reports.enums import Errand, State
from reports.github_reports import errands
from reports.github_reports.content import Part
from reports.models import GitHubReport, Report

FINAL: Final = frozenset({AdvisoryState.PUBLISHED, AdvisoryState.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What GitHub says of it now. `did`: whether there was anything to do; `ours`: the parts that we have written."""

    found: RepositoryAdvisory
    did: bool = True
    ours: frozenset[Part] = frozenset()
    placed: str | None = field(default=None, repr=False)


type Call = Callable[[GitHub], Told]


def state(row: GitHubReport) -> Call:
    repository, ghsa_id, wanted = row.project.repository, row.ghsa_id, _state_of(row.report)

    def call(github: GitHub) -> Told:
        found = github.advisory(repository, ghsa_id)
        if wanted is None or found.state in {*FINAL, wanted}:
            return Told(found=found, did=False, ours=frozenset({Part.STATE}) if found.state is wanted else frozenset())
        found = github.update_advisory(repository, ghsa_id, {"state": wanted.value})
        if found.state is not wanted:
            raise UnexpectedAnswer("GitHub took it, and did not do it.")
        return Told(found=found, ours=frozenset({Part.STATE}))

    return call


def _state_of(report: Report) -> AdvisoryState | None:
    if report.decline_reason:
        return AdvisoryState.CLOSED
    return None if report.state in {State.RECEIVED, State.CLOSED} else AdvisoryState.DRAFT


def severity(row: GitHubReport) -> Call:
    """By one vector, as GitHub takes no two, and rates it itself. What its disclosure writes to is left to that."""
    repository, ghsa_id = row.project.repository, row.ghsa_id
    vector = next(iter(row.report.cvss_vectors), "")
    is_ours = row.conducted_at is None

    def call(github: GitHub) -> Told:
        found = github.advisory(repository, ghsa_id)
        open_there = found.state in {AdvisoryState.TRIAGE, AdvisoryState.DRAFT}
        if vector and vector in {found.cvss_v3, found.cvss_v4}:
            return Told(found=found, did=False, ours=frozenset({Part.SEVERITY}))
        if not (vector and is_ours and open_there):
            return Told(found=found, did=False)
        found = github.update_advisory(repository, ghsa_id, {"cvss_vector_string": vector})
        return Told(found=found, ours=frozenset({Part.SEVERITY}))

    return call


def collaborators(row: GitHubReport) -> Call:
    """The patch team, beside whomever GitHub or somebody there has let in: first of all whoever reported it."""
    repository, ghsa_id = row.project.repository, row.ghsa_id
    team, before = errands.logins_of([row.report]).get(row.report_id, set()), set(row.placed.split())

    def call(github: GitHub) -> Told:
        found = github.advisory(repository, ghsa_id)
        wanted = sorted((set(found.collaborating_users) - (before - team)) | team)
        placed = "\n".join(sorted(team))
        if found.state is not AdvisoryState.DRAFT or wanted == sorted(found.collaborating_users):
            return Told(found=found, did=False, placed=placed)
        found = github.update_advisory(repository, ghsa_id, {"collaborating_users": wanted})
        return Told(found=found, placed=placed)

    return call


def comment(row: GitHubReport) -> Call:
    """Once: by the link in it, it is known again."""
    repository, ghsa_id, link, text = row.project.repository, row.ghsa_id, door_of(row.ghsa_id), words_for(row)

    def call(github: GitHub) -> Told:
        is_there = any(link in each for each in github.advisory_comments(repository, ghsa_id))
        if not is_there:
            github.comment_on_advisory(repository, ghsa_id, text)
        return Told(found=github.advisory(repository, ghsa_id), did=not is_there)

    return call


def door_of(ghsa_id: str) -> str:
    """Where whoever reported it on GitHub comes in."""
    return f"{settings.BASE_URL}{reverse('open-github-report', args=[ghsa_id])}"


def words_for(row: GitHubReport) -> str:
    """What the reporter reads on GitHub, where nothing else of the conversation is."""
    return (
        f"Thank you for this report. It is with the security team as {row.report.reference}, and we talk about it at "
        f"{door_of(row.ghsa_id)}: sign in there with the GitHub account that reported it. You see where it stands and "
        "by when you hear from us, and you can write to us and add files."
    )


DEEDS: Final[dict[Errand, Callable[[GitHubReport], Call]]] = {
    Errand.STATE: state,
    Errand.SEVERITY: severity,
    Errand.COLLABORATORS: collaborators,
    Errand.COMMENT: comment,
}

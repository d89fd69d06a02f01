"""Steps on a project's release: seen, and linked from its notes (P31, P32)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from disclosures.conductor import doubtful, same_day, words
from disclosures.conductor.doubtful import Doubt
from disclosures.conductor.outcome import Attempt, Call, Done, NotYet, Outcome, Skipped
from disclosures.enums import ReleaseState, StepKind, StepState
from disclosures.formats import release_notes
from disclosures.models import Release, RepositoryAdvisory, Step
from portal.github import GitHub, NotThere
from portal.github import Release as OnGitHub
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind
from reports.guards import Refused
from reports.models import ProjectFix, Report
from teams.models import Project

NOT_SEEN = "There is no published release {tag} yet."
LOST = frozenset({ReleaseState.DELETED, ReleaseState.RETAGGED})


@enforces(Clause.P12, Clause.P31)
def see(attempt: Attempt) -> Call | Skipped:
    """The real release, by its tag. A draft, a pre-release, and what a person has to judge first count for nothing."""
    row, project = _row_of(attempt), _project_of(attempt)
    if row.report.is_closed:
        return Skipped("The report is closed: its release is not looked for any more.")
    tags, repository = tags_of(row, project), project.repository

    def call(github: GitHub) -> Outcome:
        found = _published(github, repository, tags, row) or _unpublished(github, repository, tags)
        state = state_of(found)
        if found is None or state is not ReleaseState.PUBLISHED:
            return NotYet(_why_not(state, tags), lambda: _keep_state(row, state, attempt))
        if doubt := doubtful.doubt_about(row, found):
            return NotYet(doubt.why, lambda: _keep_doubt(row, found, doubt, attempt))
        return Done(lambda: keep_seen(attempt, row, found))

    return call


@enforces(Clause.P32)
def link(attempt: Attempt) -> Call:
    """Write the link into the notes, and believe it once it is read back from there."""
    row, project, snapshot = _row_of(attempt), _project_of(attempt), words.public(attempt).snapshot
    number, repository = row.github_id, project.repository
    if number is None:
        raise Refused("The release was not seen, so its notes cannot be written.")
    url = release_notes.link(snapshot, repository=repository)

    def call(github: GitHub) -> Outcome:
        notes = github.release(repository, number).notes
        wanted = release_notes.with_link(notes, snapshot, repository=repository)
        if wanted != notes:
            github.update_release_notes(repository, number, wanted)
            notes = github.release(repository, number).notes
        if not release_notes.has_link(notes, url):
            raise Refused("The link was written into the release notes, and is not there when they are read.")
        return Done(lambda: _keep_linked(attempt, row))

    return call


def tags_of(row: Release, project: Project) -> Sequence[str]:
    """As planned, or else by the version that has the fix; with and without the usual v."""
    fix = None if row.tag else ProjectFix.objects.filter(report=row.report, project=project).first()
    wanted = row.tag or (fix.fixed_version if fix else "")
    if not wanted:
        raise Refused("Neither a tag nor a version is named: plan the release of this project first.")
    return (wanted, wanted[1:] if wanted.startswith("v") else f"v{wanted}")


def state_of(found: OnGitHub | None) -> ReleaseState:
    if found is None:
        return ReleaseState.PLANNED
    if found.draft:
        return ReleaseState.DRAFT
    return ReleaseState.PRERELEASE if found.prerelease else ReleaseState.PUBLISHED


def keep_seen(attempt: Attempt, row: Release, found: OnGitHub) -> None:
    """Unless somebody has judged it meanwhile. The notes of another one than before need their link again."""
    before = Release.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    before.report = row.report
    if doubtful.doubt_about(before, found):
        raise Refused(doubtful.CHANGED)
    if before.github_id != found.id:
        _on_github(row).update(linked_at=None)
        notes = Step.objects.filter(report=row.report_id, kind=StepKind.NOTES, project=row.project_id)
        notes.filter(state=StepState.DONE).update(state=StepState.WAITING, done_at=None, next_attempt_at=attempt.now)
    row.state, row.github_id, row.html_url = ReleaseState.PUBLISHED, found.id, found.html_url
    row.tag, row.published_at, row.seen_at = found.tag, found.published_at or attempt.now, attempt.now
    row.commit, row.seen_as = doubtful.mark_of(found), doubtful.sight_of(found)
    row.save(
        update_fields=[
            "state", "github_id", "html_url", "tag", "published_at", "seen_at", "commit", "seen_as",
        ]
    )  # fmt: skip
    history.append(
        row.report, EventKind.RELEASE_SEEN, by=None, now=attempt.now, project=row.project_id, release=found.id
    )
    same_day.judge(row.report, row.project_id, now=attempt.now)


def _published(github: GitHub, repository: str, tags: Sequence[str], row: Release) -> OnGitHub | None:
    """The first that nobody has turned away, or else one of those that somebody has."""
    turned_away = None
    for tag in tags:
        try:
            found = github.release_of(repository, tag)
        except NotThere:
            continue
        if doubtful.sight_of(found) not in row.turned_away:
            return found
        turned_away = turned_away or found
    return turned_away


def _unpublished(github: GitHub, repository: str, tags: Sequence[str]) -> OnGitHub | None:
    return next((found for found in github.releases(repository).rows if found.tag in tags), None)


def _why_not(state: ReleaseState, tags: Sequence[str]) -> str:
    match state:
        case ReleaseState.DRAFT:
            return f"{tags[0]} is still a draft on GitHub."
        case ReleaseState.PRERELEASE:
            return f"{tags[0]} is a pre-release: users do not get it yet."
        case _:
            return NOT_SEEN.format(tag=tags[0])


def _keep_state(row: Release, state: ReleaseState, attempt: Attempt) -> None:
    if row.state in LOST and state is ReleaseState.PLANNED:
        state = ReleaseState.DELETED  # it was there, which says more than that it is not
    Release.objects.filter(pk=row.pk).update(state=state, seen_at=attempt.now, published_at=None, seen_as="")


def _keep_doubt(row: Release, found: OnGitHub, doubt: Doubt, attempt: Attempt) -> None:
    """What a person needs to see who is to judge it. Of a tag that was moved, what it named before is kept."""
    rows = Release.objects.filter(pk=row.pk)
    is_open = doubt.state is not ReleaseState.PLANNED
    rows.update(state=doubt.state, seen_at=attempt.now, seen_as=doubtful.sight_of(found) if is_open else "")
    if doubt.state is ReleaseState.DOUBTFUL:
        row.html_url, row.github_id, row.published_at = found.html_url, found.id, found.published_at
        row.commit = doubtful.mark_of(found)
        row.save(update_fields=["html_url", "github_id", "published_at", "commit"])


def _keep_linked(attempt: Attempt, row: Release) -> None:
    """To this advisory: another one of the same project has its own link there."""
    for one in _on_github(row).filter(advisory=attempt.step.advisory):
        note_linked(one, report=row.report, now=attempt.now)


@enforces(Clause.P32)
def note_linked(row: RepositoryAdvisory, *, report: Report, now: datetime) -> None:
    """The link to it was read in the release notes."""
    if RepositoryAdvisory.objects.filter(pk=row.pk, linked_at=None).update(linked_at=now):
        history.append(report, EventKind.NOTES_LINKED, by=None, now=now, project=row.project_id)


def _on_github(row: Release) -> QuerySet[RepositoryAdvisory]:
    return RepositoryAdvisory.objects.filter(report=row.report_id, project=row.project_id)


def _row_of(attempt: Attempt) -> Release:
    row, _ = Release.objects.get_or_create(report=attempt.step.report, project=_project_of(attempt))
    row.report, row.project = attempt.step.report, _project_of(attempt)
    return row


def _project_of(attempt: Attempt) -> Project:
    if attempt.step.project is None:
        raise Refused("It is about no project.")
    return attempt.step.project

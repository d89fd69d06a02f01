"""Days of releases that are over: rows as the conductor leaves them, and the demo's GitHub as it was left then.

The conductor itself asks a GitHub whose clock cannot be turned back. What needs no GitHub is done by its own verb.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import F

from disclosures import cves, publishing
from disclosures.conductor import on_github, order
from disclosures.conductor.order import Place
from disclosures.credits import thank
from disclosures.enums import CveRoute, ReleaseState, RepositoryAdvisoryState, StepKind, StepState
from disclosures.formats import ghsa, release_notes
from disclosures.models import Advisory, AffectedProduct, Conduct, CveRequest, RepositoryAdvisory, Step
from disclosures.snapshot import Snapshot
from portal.github.advisory_shapes import page_of
from portal.sandbox_models import SandboxAdvisory, SandboxRelease, SandboxRepository
from reports import history, notices
from reports.enums import PATCH_ROLES, EventKind, NoticeKind, NoticeState
from reports.guards import Refused
from reports.models import Grant, Notification, Report
from teams.models import Project, User

ALPHABET: Final = "23456789cfghjmpqrvwx"
MANY_ATTEMPTS: Final = 9
MISSED: Final = (
    "The release came out on {day:%-d %B %Y}, and the advisory belongs to the same day."
    " To publish it today, say why under Exceptions: it stays on record."
)
"""What the conductor says of a day that passed while GitHub did not answer."""
LATER: Final = frozenset({StepKind.PUBLISH, StepKind.VISIBLE, StepKind.NOTES})
LAST: Final = frozenset({StepKind.DISCLOSED, StepKind.TELL})


def deliver() -> None:
    """Every mail that waits went out when it was due, so that nobody is mailed about the past."""
    waiting = Notification.objects.filter(state=NoticeState.PENDING)
    waiting.update(state=NoticeState.SENT, sent_at=F("next_attempt_at"), attempts=1)


def begin(advisory: Advisory, *, message: str, by: User, now: datetime) -> None:
    """Somebody set the day going, the drafts went to GitHub, and every release came out."""
    report = advisory.report
    Conduct.objects.create(report=report, started_at=now, started_by=by, message=message)
    rows = [_draft(advisory, project, now=now) for project in _projects_of(advisory)]
    RepositoryAdvisory.objects.bulk_create(rows)
    _remember(EventKind.ADVISORY_PUSHED, rows, now=now)
    for row in rows:
        _release(row, now=now)
    _remember(EventKind.RELEASE_SEEN, rows, now=now)


def publish(advisory: Advisory, *, held_up: Collection[str], now: datetime) -> None:
    """Everywhere but in the projects that are `held_up`, and on our own pages; the CVE ID is asked for."""
    rows = list(advisory.repository_advisories.select_related("project", "report"))
    public = [row for row in rows if row.project.name not in held_up]
    for row in public:
        row.state, row.published_at, row.visible_at = RepositoryAdvisoryState.PUBLISHED, now, now
        row.save(update_fields=["state", "published_at", "visible_at"])
    _remember(EventKind.ADVISORY_PUBLISHED, public, now=now)
    publishing.publish(advisory, now=now)
    cves.requested(cves.need(advisory, now=now), route=CveRoute.GITHUB, by=None, now=now)
    snapshot = _snapshot_of(advisory, now=now)
    for row in rows:
        _put_on_github(row, snapshot, now=now)
    for row in public:
        on_github.note_names(row, snapshot.credits, now=now)
    SandboxAdvisory.objects.filter(ghsa_id=public[0].ghsa_id).update(cve_asked_at=now)
    _link(public, snapshot, now=now)
    _remember(EventKind.NOTES_LINKED, public, now=now)
    _take_steps(advisory, rows, held_up=held_up, now=now)


def finish(report: Report, *, now: datetime) -> None:
    thank(report, now=now)
    notices.tell_team(report, NoticeKind.DISCLOSED, fact=f"report:{report.pk}", now=now)


def spread(wish: CveRequest, *, now: datetime) -> None:
    """The ID that came is on our pages, in the advisories on GitHub and in the notes, and the reporter knows."""
    advisory, report = wish.advisory, wish.report
    publishing.publish(advisory, changed=f"It is called {wish.cve_id} now.", now=now)
    snapshot = _snapshot_of(advisory, now=now)
    rows = list(advisory.repository_advisories.select_related("project", "report"))
    for row in rows:
        _put_on_github(row, snapshot, now=now)
    _link(rows, snapshot, now=now)
    places = [Place(kind=StepKind.REWRITE, advisory=advisory.pk, project=row.project_id) for row in rows]
    Step.objects.bulk_create([_done(report, place, now=now) for place in places])
    CveRequest.objects.filter(pk=wish.pk).update(spread_at=now)
    notices.tell_reporters(report, NoticeKind.CVE_CAME, fact=f"cve:{wish.pk}", now=now)


def _projects_of(advisory: Advisory) -> list[Project]:
    named = AffectedProduct.objects.filter(advisory=advisory).values("project_id")
    return list(Project.objects.filter(pk__in=named).order_by("name"))


def _ghsa_id(advisory: Advisory, project: Project) -> str:
    """In GitHub's letters, and the same for the same advisory and project."""
    digest = hashlib.sha256(f"{advisory.identifier} {project.repository}".encode()).digest()
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest)
    return f"GHSA-{letters[:4]}-{letters[4:8]}-{letters[8:12]}"


def _snapshot_of(advisory: Advisory, *, now: datetime) -> Snapshot:
    advisory.refresh_from_db()
    revision = publishing.publishable(advisory)
    if revision is None:
        raise Refused("Nothing of it is approved.")
    return publishing.snapshot_of(advisory, revision, now=now)


def _draft(advisory: Advisory, project: Project, *, now: datetime) -> RepositoryAdvisory:
    name = _ghsa_id(advisory, project)
    return RepositoryAdvisory(
        report=advisory.report,
        advisory=advisory,
        project=project,
        state=RepositoryAdvisoryState.DRAFT,
        ghsa_id=name,
        html_url=page_of(project.repository, name, web=settings.GITHUB_WEB_URL),
        checked_at=now,
    )


def _remember(kind: EventKind, rows: Collection[RepositoryAdvisory], *, now: datetime) -> None:
    """As the conductor does, which says in each event for which project it is."""
    events = [
        history.event_of(row.report, kind, by=None, now=now, project=row.project_id, ghsa=row.ghsa_id) for row in rows
    ]
    history.append_all(events, now=now)


def _release(advised: RepositoryAdvisory, *, now: datetime) -> None:
    project = advised.project
    row = advised.report.releases.select_related("releaser").get(project=project)
    moment = now.replace(microsecond=0)
    author = row.releaser or User.objects.filter(maintainerships__project=project).order_by("pk")[0]
    there = SandboxRelease.objects.create(
        repository=_on_github(project),
        tag=row.tag,
        author_id=author.github_id,
        notes="Mends what could be misused, and a few smaller things.",
        committed_at=moment,
        published_at=moment,
    )
    row.state, row.github_id, row.published_at, row.seen_at = ReleaseState.PUBLISHED, there.pk, moment, now
    row.html_url = f"{settings.GITHUB_WEB_URL}/{project.repository}/releases/tag/{row.tag}"
    row.commit, row.seen_as = moment.isoformat(), f"{there.pk}:{moment.isoformat()}"
    row.save(update_fields=["state", "github_id", "published_at", "seen_at", "html_url", "commit", "seen_as"])


def _put_on_github(row: RepositoryAdvisory, snapshot: Snapshot, *, now: datetime) -> None:
    """As it is there after this moment."""
    body = ghsa.create_body(snapshot, repository=row.project.repository)
    there = SandboxAdvisory.objects.filter(ghsa_id=row.ghsa_id).first() or SandboxAdvisory(
        ghsa_id=str(row), repository=_on_github(row.project), created_at=now
    )
    for name in ("summary", "description", "cwe_ids", "vulnerabilities", "credits"):
        setattr(there, name, body[name])
    vector = str(body.get("cvss_vector_string", ""))
    there.cvss_v4, there.cvss_v3 = ("", vector) if vector.startswith("CVSS:3") else (vector, "")
    team = Grant.objects.in_force().filter(report=row.report, role__in=PATCH_ROLES)
    there.collaborating_users = sorted(set(team.values_list("user__github_login", flat=True)))
    there.severity, there.cve_id, there.updated_at = snapshot.severity or "", snapshot.cve_id, now
    there.state, there.published_at = SandboxAdvisory.State(row.state), row.published_at
    there.save()


def _on_github(project: Project) -> SandboxRepository:
    return SandboxRepository.objects.get(full_name=project.repository)


def _link(rows: Iterable[RepositoryAdvisory], snapshot: Snapshot, *, now: datetime) -> None:
    for row in rows:
        release = row.report.releases.get(project=row.project_id)
        there = SandboxRelease.objects.get(repository=_on_github(row.project), tag=release.tag)
        there.notes = release_notes.with_link(there.notes, snapshot, repository=row.project.repository)
        there.save(update_fields=["notes"])
        row.linked_at = now
        row.save(update_fields=["linked_at"])


def _take_steps(
    advisory: Advisory, rows: Collection[RepositoryAdvisory], *, held_up: Collection[str], now: datetime
) -> None:
    held = {row.project_id for row in rows if row.project.name in held_up}
    places = order.places((advisory.pk, row.project_id) for row in rows)
    Step.objects.bulk_create(
        [
            _held_up(advisory.report, place, now=now)
            if (place.kind in LATER and place.project in held) or (place.kind in LAST and held)
            else _done(advisory.report, place, now=now)
            for place in places
        ]
    )


def _done(report: Report, place: Place, *, now: datetime) -> Step:
    return Step(
        report=report,
        kind=place.kind,
        advisory_id=place.advisory,
        project_id=place.project,
        state=StepState.DONE,
        attempts=1,
        next_attempt_at=now,
        done_at=now,
    )


def _held_up(report: Report, place: Place, *, now: datetime) -> Step:
    step = _done(report, place, now=now)
    step.state, step.attempts, step.done_at = StepState.WAITING, 0, None
    if place.kind is StepKind.PUBLISH:
        step.state, step.attempts = StepState.FAILED, MANY_ATTEMPTS
        step.problem = MISSED.format(day=settings.POLICY.calendar.day_of(now))
    return step

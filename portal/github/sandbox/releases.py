"""What the sandbox says of releases, and how their notes are written."""

from django.db.models import F

from portal.github import bodies
from portal.github.sandbox import rules
from portal.github.sandbox.answering import Asked, NotFound, Told, account_of, in_shape, page_of, repository_in
from portal.github.shapes import Shaped
from portal.github.values import Release
from portal.sandbox_models import SandboxRelease, SandboxRepository


def releases(asked: Asked) -> Told:
    """Drafts first, as whoever may push sees them."""
    repository = repository_in(asked)
    rows = SandboxRelease.objects.filter(repository=repository).select_related("author")
    rows = rows.order_by(F("published_at").desc(nulls_first=True), "-pk")
    return page_of([_shaped(row, repository) for row in rows], asked)


def release(asked: Asked) -> Told:
    repository, row = _found(asked)
    return Told(_shaped(row, repository), about=row.tag)


def release_of_tag(asked: Asked) -> Told:
    repository = repository_in(asked)
    rows = SandboxRelease.objects.filter(repository=repository, tag=asked.parts["tag"], draft=False)
    row = rows.select_related("author").first()
    if row is None:
        raise NotFound
    return Told(_shaped(row, repository), about=row.tag)


def write_notes(asked: Asked) -> Told:
    """GitHub takes more than notes here; the portal sends nothing else."""
    repository, row = _found(asked)
    rules.check(asked.body, bodies.CHANGED_NOTES)
    notes = str(asked.body["body"])
    is_done = row.notes != notes
    row.notes = notes
    row.save(update_fields=["notes"])
    if is_done:
        rules.tell("release", "edited", repository, now=asked.now)
    return Told(_shaped(row, repository), is_done=is_done, about=row.tag)


def _found(asked: Asked) -> tuple[SandboxRepository, SandboxRelease]:
    repository = repository_in(asked)
    rows = SandboxRelease.objects.filter(repository=repository, pk=int(asked.parts["release_id"]))
    row = rows.select_related("author").first()
    if row is None:
        raise NotFound
    return repository, row


def _shaped(row: SandboxRelease, repository: SandboxRepository) -> Shaped:
    return in_shape().release(value_of(row), repository=repository.full_name)


def value_of(row: SandboxRelease) -> Release:
    return Release(
        id=row.pk,
        tag=row.tag,
        author=account_of(row.author),
        published_at=row.published_at,
        draft=row.draft,
        prerelease=row.prerelease,
        html_url="",
        name=row.name or row.tag,
        target=row.commit,
        created_at=row.committed_at or row.published_at,
        notes=row.notes,
    )

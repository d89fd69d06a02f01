"""What people do to releases there, by hand. As GitHub does, it tells the portal of most of it."""

import secrets
from datetime import datetime

from django.db import transaction

from portal.github.sandbox.rules import tell
from portal.sandbox_models import SandboxAccount, SandboxRelease, SandboxRepository


def create(
    repository: SandboxRepository,
    *,
    tag: str,
    author: SandboxAccount,
    draft: bool = False,
    prerelease: bool = False,
    notes: str = "",
    now: datetime,
) -> SandboxRelease:
    """Published at once, unless it is a draft."""
    with transaction.atomic():
        release = SandboxRelease.objects.create(
            repository=repository,
            tag=tag,
            author=author,
            draft=True,
            prerelease=prerelease,
            notes=notes,
            commit=_some_commit(),
            committed_at=now,
        )
        if draft:
            tell("release", "created", repository, now=now)
        else:
            publish(release, now=now)
    return release


def publish(release: SandboxRelease, *, now: datetime) -> bool:
    """GitHub tells of one publication twice. False if it is out already."""
    with transaction.atomic():
        drafts = SandboxRelease.objects.filter(pk=release.pk, draft=True)
        if not drafts.update(draft=False, published_at=now):
            return False
        tell("release", "published", release.repository, now=now)
        tell("release", "prereleased" if release.prerelease else "released", release.repository, now=now)
    return True


def delete(release: SandboxRelease, *, now: datetime) -> None:
    """The tag stays, as on GitHub; another release may take it."""
    with transaction.atomic():
        SandboxRelease.objects.filter(pk=release.pk).delete()
        tell("release", "deleted", release.repository, now=now)


def move_tag(release: SandboxRelease, *, now: datetime) -> None:
    """To another commit. Of that GitHub tells nobody who listens for releases: it has to be seen."""
    SandboxRelease.objects.filter(pk=release.pk).update(commit=_some_commit(), committed_at=now)


def write_notes(release: SandboxRelease, *, notes: str, now: datetime) -> None:
    with transaction.atomic():
        SandboxRelease.objects.filter(pk=release.pk).update(notes=notes)
        tell("release", "edited", release.repository, now=now)


def _some_commit() -> str:
    return secrets.token_hex(20)

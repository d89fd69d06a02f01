"""What somebody at the demo's GitHub may do to it. As GitHub does, it tells the portal that something has changed."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from portal.github import deliveries
from portal.github.deliveries import Word
from portal.sandbox_models import (
    SandboxAccount,
    SandboxCollaborator,
    SandboxMood,
    SandboxRelease,
    SandboxRepository,
    SandboxTrouble,
)


def archive(repository: SandboxRepository, *, now: datetime) -> None:
    with transaction.atomic():
        SandboxRepository.objects.filter(pk=repository.pk).update(archived=True)
        _tell("repository", "archived", repository, now=now)


def unarchive(repository: SandboxRepository, *, now: datetime) -> None:
    with transaction.atomic():
        SandboxRepository.objects.filter(pk=repository.pk).update(archived=False)
        _tell("repository", "unarchived", repository, now=now)


def rename(repository: SandboxRepository, *, name: str, now: datetime) -> None:
    """`name` without the owner. The former name leads to it until another repository takes that."""
    owner = repository.full_name.partition("/")[0]
    with transaction.atomic():
        repository.former_names = [*repository.former_names, repository.full_name]
        repository.full_name = f"{owner}/{name}"
        repository.save(update_fields=["full_name", "former_names"])
        _tell("repository", "renamed", repository, now=now)


def give_role(repository: SandboxRepository, *, to: SandboxAccount, role_name: str, now: datetime) -> None:
    """No role at all takes somebody out of the collaborators. What they have contributed stays."""
    with transaction.atomic():
        SandboxCollaborator.objects.update_or_create(
            repository=repository, account=to, defaults={"role_name": role_name}
        )
        _tell("member", "edited" if role_name else "removed", repository, now=now)


def publish(
    repository: SandboxRepository, *, tag: str, author: SandboxAccount, prerelease: bool, now: datetime
) -> None:
    """GitHub tells of one publication twice."""
    with transaction.atomic():
        SandboxRelease.objects.create(
            repository=repository, tag=tag, author=author, prerelease=prerelease, published_at=now
        )
        _tell("release", "published", repository, now=now)
        _tell("release", "prereleased" if prerelease else "released", repository, now=now)


def trouble(kind: SandboxTrouble) -> None:
    """From now on, until it is taken away."""
    with transaction.atomic():
        SandboxMood.objects.all().delete()
        if kind is not SandboxTrouble.NONE:
            SandboxMood.objects.create(trouble=kind)


def _tell(event: str, action: str, repository: SandboxRepository, *, now: datetime) -> None:
    deliveries.record(uuid4(), Word(event, action, repository.pk), now=now)

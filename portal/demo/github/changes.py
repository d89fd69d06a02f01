"""What somebody at the demo's GitHub may do to it. As GitHub does, it tells the portal that something has changed."""

from datetime import datetime

from django.db import transaction

from portal.github.sandbox.rules import tell
from portal.sandbox_models import (
    SandboxAccount,
    SandboxCollaborator,
    SandboxFault,
    SandboxMood,
    SandboxRepository,
    SandboxTrouble,
    SandboxVerb,
)


def archive(repository: SandboxRepository, *, now: datetime) -> None:
    with transaction.atomic():
        SandboxRepository.objects.filter(pk=repository.pk).update(archived=True)
        tell("repository", "archived", repository, now=now)


def unarchive(repository: SandboxRepository, *, now: datetime) -> None:
    with transaction.atomic():
        SandboxRepository.objects.filter(pk=repository.pk).update(archived=False)
        tell("repository", "unarchived", repository, now=now)


def rename(repository: SandboxRepository, *, name: str, now: datetime) -> None:
    """`name` without the owner. The former name leads to it until another repository takes that."""
    owner = repository.owner
    with transaction.atomic():
        repository.former_names = [*repository.former_names, repository.full_name]
        repository.full_name = f"{owner}/{name}"
        repository.save(update_fields=["full_name", "former_names"])
        tell("repository", "renamed", repository, now=now)


def give_role(repository: SandboxRepository, *, to: SandboxAccount, role_name: str, now: datetime) -> None:
    """No role at all takes somebody out of the collaborators. What they have contributed stays."""
    with transaction.atomic():
        SandboxCollaborator.objects.update_or_create(
            repository=repository, account=to, defaults={"role_name": role_name}
        )
        tell("member", "edited" if role_name else "removed", repository, now=now)


def trouble(kind: SandboxTrouble) -> None:
    """From now on, until it is taken away."""
    with transaction.atomic():
        SandboxMood.objects.all().delete()
        if kind is not SandboxTrouble.NONE:
            SandboxMood.objects.create(trouble=kind)


def let_fail(repository: SandboxRepository, *, verb: SandboxVerb, how: SandboxFault.How, times: int) -> None:
    """The next `times` calls of that kind go wrong; none takes the fault away."""
    SandboxFault.objects.update_or_create(repository=repository, verb=verb, defaults={"how": how, "times": times})

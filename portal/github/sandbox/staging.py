"""Setting the sandbox up for a rehearsal, where no demo has filled it: repositories and people by their numbers."""

from collections.abc import Iterable

from portal.github.values import Account, Repository
from portal.sandbox_models import SandboxAccount, SandboxCollaborator, SandboxRepository


def set_up(repository: Repository, *, administered_by: Iterable[Account]) -> SandboxRepository:
    """What is there already stays as it is; only its name follows."""
    row, _ = SandboxRepository.objects.update_or_create(
        github_id=repository.id,
        defaults={"full_name": repository.full_name},
        create_defaults={"full_name": repository.full_name, "description": repository.description},
    )
    for account in administered_by:
        person, _ = SandboxAccount.objects.get_or_create(github_id=account.id, defaults={"login": account.login})
        SandboxCollaborator.objects.get_or_create(repository=row, account=person, defaults={"role_name": "admin"})
    return row

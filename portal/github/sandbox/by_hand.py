"""What people do to advisories there, by hand, and what GitHub itself does."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.github.sandbox.advisories import new_id
from portal.github.sandbox.rules import tell
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRepository

State = SandboxAdvisory.State


def may_publish(repository: SandboxRepository) -> QuerySet[SandboxAccount]:
    """Administrators of the repository, and security managers of the organisation."""
    administers = Q(roles__repository=repository, roles__role_name="admin")
    return SandboxAccount.objects.filter(administers | Q(is_security_manager=True)).order_by("login").distinct()


def publish(advisory: SandboxAdvisory, *, now: datetime) -> bool:
    """False if it is no draft any more."""
    with transaction.atomic():
        if not _move(advisory, {State.DRAFT}, State.PUBLISHED, published_at=now, updated_at=now):
            return False
        tell("repository_advisory", "published", advisory.repository, now=now)
    return True


def close(advisory: SandboxAdvisory, *, now: datetime) -> bool:
    return _move(advisory, {State.TRIAGE, State.DRAFT}, State.CLOSED, closed_at=now, updated_at=now)


def withdraw(advisory: SandboxAdvisory, *, now: datetime) -> bool:
    """What no call of GitHub's interface can do: its people do it when they are asked."""
    return _move(advisory, {State.PUBLISHED}, State.WITHDRAWN, withdrawn_at=now, updated_at=now)


def give_cve(advisory: SandboxAdvisory, *, cve_id: str, now: datetime) -> bool:
    """GitHub tells nobody of it. False if it has another one."""
    waiting = SandboxAdvisory.objects.filter(pk=advisory.pk, cve_id="")
    return bool(waiting.update(cve_id=cve_id, updated_at=now))


def report_privately(
    repository: SandboxRepository, *, summary: str, description: str, now: datetime
) -> SandboxAdvisory:
    """As a stranger does by the button on the repository's security page."""
    with transaction.atomic():
        advisory = SandboxAdvisory.objects.create(
            repository=repository,
            ghsa_id=new_id(),
            state=State.TRIAGE,
            was_reported=True,
            summary=summary,
            description=description,
            created_at=now,
            updated_at=now,
        )
        tell("repository_advisory", "reported", repository, now=now)
    return advisory


def _move(advisory: SandboxAdvisory, before: set[State], after: State, **also: datetime) -> bool:
    rows = SandboxAdvisory.objects.filter(pk=advisory.pk, state__in=before)
    return bool(rows.update(state=after, **also))

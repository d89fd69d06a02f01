"""What people do to advisories there, by hand, and what GitHub itself does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.github.sandbox.advisories import new_id
from portal.github.sandbox.rules import score, severity_of, tell
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRepository

State = SandboxAdvisory.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """What else may be said in a private report. With a vector, GitHub works the severity out itself."""

    severity: str = ""
    vector: str = ""
    cwe_ids: Sequence[str] = ()
    vulnerabilities: Sequence[Mapping[str, object]] = ()
    finders: Sequence[SandboxAccount] = ()


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


class ReportingIsOff(Exception):
    """The repository takes no private reports: the button for it is not there."""


def report_privately(
    repository: SandboxRepository,
    *,
    by: SandboxAccount,
    summary: str,
    description: str,
    now: datetime,
    further: Further | None = None,
) -> SandboxAdvisory:
    """As a stranger does by the button on the repository's security page. Raises `ReportingIsOff`."""
    told = further or Further()
    if not repository.private_reporting or repository.archived:
        raise ReportingIsOff
    with transaction.atomic():
        advisory = SandboxAdvisory.objects.create(
            repository=repository,
            ghsa_id=new_id(),
            state=State.TRIAGE,
            was_reported=True,
            submitter=by,
            summary=summary,
            description=description,
            severity=severity_of(score(told.vector)) if told.vector else told.severity,
            **({_version(told.vector): told.vector} if told.vector else {}),
            cwe_ids=list(told.cwe_ids),
            vulnerabilities=list(told.vulnerabilities),
            credits=[{"login": each.login, "type": "finder"} for each in (by, *told.finders)],
            created_at=now,
            updated_at=now,
        )
        tell("repository_advisory", "reported", repository, now=now)
    return advisory


def _version(vector: str) -> str:
    return "cvss_v4" if vector.startswith("CVSS:4.0/") else "cvss_v3"


def rewrite(advisory: SandboxAdvisory, *, summary: str, description: str, severity: str, now: datetime) -> bool:
    """As anybody does who may write it there. False if nothing is other than it was."""
    said = {"summary": summary, "description": description, "severity": severity}
    if all(getattr(advisory, name) == value for name, value in said.items()):
        return False
    rated = {} if severity == advisory.severity else {"cvss_v3": "", "cvss_v4": ""}
    SandboxAdvisory.objects.filter(pk=advisory.pk).update(**said, **rated, updated_at=now)
    return True


def accept(advisory: SandboxAdvisory, *, now: datetime) -> bool:
    """As a draft, by somebody who may."""
    return _move(advisory, {State.TRIAGE}, State.DRAFT, updated_at=now)


def switch_reporting(repository: SandboxRepository, *, on: bool) -> None:
    """GitHub tells nobody of it."""
    SandboxRepository.objects.filter(pk=repository.pk).update(private_reporting=on)


def _move(advisory: SandboxAdvisory, before: set[State], after: State, **also: datetime) -> bool:
    rows = SandboxAdvisory.objects.filter(pk=advisory.pk, state__in=before)
    return bool(rows.update(state=after, **also))

"""What GitHub refuses, in the words in which it does."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final
from uuid import uuid4

from cvss import CVSS2, CVSS3, CVSS4, CVSSError

from portal.github import bodies, deliveries
from portal.github.bodies import Fault, ObjectOf
from portal.github.deliveries import Word
from portal.github.sandbox.answering import Refusal
from portal.github.shapes import Shaped
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRepository

State = SandboxAdvisory.State
MOVES: Final = {
    State.TRIAGE: {State.DRAFT, State.CLOSED},
    State.DRAFT: {State.PUBLISHED, State.CLOSED},
    State.CLOSED: {State.DRAFT},
    State.PUBLISHED: set(),
    State.WITHDRAWN: set(),
}
"""A state may always stay as it is."""


def check(body: Mapping[str, object], rule: ObjectOf) -> None:
    """Raises `Refusal` for the first thing that is wrong with what was sent."""
    for fault in bodies.faults(body, rule):
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"Invalid request.\n\n{_in_words(fault, rule)}")


def _in_words(fault: Fault, rule: ObjectOf) -> str:
    if fault.field not in rule.fields:
        return f'"{fault.field}" is not a permitted key.'
    if fault.what == "is missing":
        return f'"{fault.field}" wasn\'t supplied.'
    return f"For 'properties/{fault.field}', it {fault.what}."


def invalid(field: str) -> Refusal:
    error: Shaped = {"resource": "RepositoryAdvisory", "field": field, "code": "invalid"}
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed", errors=[error])


def check_move(before: str, after: str) -> None:
    if after != before and State(after) not in MOVES[State(before)]:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"Invalid state transition from `{before}` to `{after}`.")


def check_writable(repository: SandboxRepository) -> None:
    if repository.archived:
        raise Refusal(HTTPStatus.FORBIDDEN, "Repository was archived so is read-only.")


def check_logins(logins: list[str], *, field: str) -> None:
    known = SandboxAccount.objects.filter(login__in=logins).count()
    if known != len(set(logins)):
        raise invalid(field)


def score(vector: str) -> float:
    """Of a vector of either version; refused if it is none."""
    kind: type[CVSS2 | CVSS3 | CVSS4] = CVSS4 if vector.startswith("CVSS:4.0/") else CVSS3
    try:
        return float(kind(vector).base_score)
    except CVSSError:
        raise invalid("cvss_vector_string") from None


def severity_of(points: float) -> str:
    """Empty where nothing is severe about it."""
    steps = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))
    return next((name for least, name in steps if points >= least), "")


def tell(event: str, action: str, repository: SandboxRepository, *, now: datetime) -> None:
    """As GitHub rings at the portal's webhook, whoever did it."""
    deliveries.record(uuid4(), Word(event, action, repository.pk), now=now)

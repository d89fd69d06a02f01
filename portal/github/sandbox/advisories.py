"""Advisories of the sandbox: read, written, published, with a CVE asked for and a private fork made."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from portal.github import advisory_shapes, bodies
from portal.github.sandbox import rules
from portal.github.sandbox.answering import (
    OUR_APP,
    Asked,
    NotFound,
    Refusal,
    Told,
    account_of,
    in_shape,
    page_of,
    repository_in,
    value_of,
)
from portal.github.sandbox.rules import State
from portal.github.shapes import Shaped
from portal.github.values import Account, AdvisoryState, Affected, Credit, Repository, RepositoryAdvisory
from portal.sandbox_models import SandboxAccount, SandboxAdvisory, SandboxRepository

ALPHABET: Final = "23456789cfghjmpqrvwx"
"""Of GHSA ids."""
FORK_TAKES: Final = timedelta(seconds=2)
PLAIN: Final = ("summary", "description", "vulnerabilities")
LISTS: Final = ("cwe_ids", "credits", "collaborating_users", "collaborating_teams")


def advisories(asked: Asked) -> Told:
    """GitHub leads through these by a cursor, not by numbers of pages."""
    repository = repository_in(asked)
    rows = SandboxAdvisory.objects.filter(repository=repository).select_related("submitter")
    if state := asked.query.get("state"):
        rows = rows.filter(state=state)
    ordered = rows.order_by("updated_at" if asked.query.get("sort") == "updated" else "created_at", "pk")
    if asked.query.get("direction", "desc") == "desc":
        ordered = ordered.reverse()
    first = int(asked.query.get("after", "0"))
    found = list(ordered[first : first + asked.per_page + 1])
    people = _people(found)
    shaped = [_shaped(row, repository, people, asked) for row in found[: asked.per_page]]
    return Told(shaped, f"after={first + asked.per_page}" if len(found) > asked.per_page else "")


def advisory(asked: Asked) -> Told:
    return _told(asked, _found(asked))


def create(asked: Asked) -> Told:
    repository = repository_in(asked)
    rules.check_writable(repository)
    rules.check(asked.body, bodies.NEW_ADVISORY)
    row = SandboxAdvisory(repository=repository, ghsa_id=new_id(), created_at=asked.now, updated_at=asked.now)
    _apply(row, asked.body)
    if asked.body.get("start_private_fork"):
        row.fork_ready_at = asked.now + FORK_TAKES
    row.save()
    return _told(asked, row, status=HTTPStatus.CREATED, is_done=True)


def update(asked: Asked) -> Told:
    """Only what is sent changes; of lists the whole."""
    row = _found(asked, to_change=True)
    rules.check_writable(row.repository)
    rules.check(asked.body, bodies.CHANGED_ADVISORY)
    before = _values(row)
    _apply(row, asked.body)
    _move(row, str(asked.body.get("state", row.state)), asked)
    is_done = _values(row) != before
    if is_done:
        row.updated_at = asked.now
    row.save()
    return _told(asked, row, is_done=is_done)


def request_cve(asked: Asked) -> Told:
    row = _found(asked, to_change=True)
    rules.check_writable(row.repository)
    if row.cve_id or row.cve_asked_at:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "A CVE has already been requested for this advisory.")
    if row.state not in {State.DRAFT, State.PUBLISHED}:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "A CVE can be requested for a draft or published advisory.")
    SandboxAdvisory.objects.filter(pk=row.pk).update(cve_asked_at=asked.now)
    return Told({}, status=HTTPStatus.ACCEPTED, is_done=True, about=row.ghsa_id)


def comments(asked: Asked) -> Told:
    row = _found(asked)
    return page_of([_comment(number, each) for number, each in enumerate(row.comments, start=1)], asked)


def comment(asked: Asked) -> Told:
    row = _found(asked, to_change=True)
    rules.check(asked.body, bodies.NEW_COMMENT)
    said = {"body": str(asked.body["body"]), "at": asked.now.isoformat()}
    SandboxAdvisory.objects.filter(pk=row.pk).update(comments=[*row.comments, said])
    shaped = _comment(len(row.comments) + 1, said)
    return Told(shaped, status=HTTPStatus.CREATED, is_done=True, about=row.ghsa_id)


def _comment(number: int, said: Mapping[str, str]) -> Shaped:
    author = in_shape().account(OUR_APP, kind="Bot")
    return {"id": number, "body": said["body"], "user": author, "created_at": said["at"], "updated_at": said["at"]}


def fork(asked: Asked) -> Told:
    row = _found(asked, to_change=True)
    rules.check_writable(row.repository)
    if row.fork_ready_at:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "This advisory already has a private fork.")
    if row.state not in {State.TRIAGE, State.DRAFT}:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Only a draft can have a private fork.")
    SandboxAdvisory.objects.filter(pk=row.pk).update(fork_ready_at=asked.now + FORK_TAKES)
    shaped = in_shape().whole_repository(_fork_of(row, row.repository))
    return Told(shaped, status=HTTPStatus.ACCEPTED, is_done=True, about=row.ghsa_id)


def _found(asked: Asked, *, to_change: bool = False) -> SandboxAdvisory:
    """Locked, if it is to be changed: of two calls at once, one waits for the other."""
    rows = SandboxAdvisory.objects.filter(repository=repository_in(asked), ghsa_id=asked.parts["ghsa_id"])
    if to_change:
        rows = rows.select_for_update(of=("self",))
    row = rows.select_related("repository", "submitter").first()
    if row is None:
        raise NotFound
    return row


def new_id() -> str:
    """A GHSA id, in GitHub's letters."""
    return "-".join(["GHSA", *("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))])


# --- Writing ------------------------------------------------------------------------------------------------


def _apply(row: SandboxAdvisory, body: Mapping[str, object]) -> None:
    for name in PLAIN:
        if name in body:
            setattr(row, name, body[name])
    for name in LISTS:
        if name in body:
            setattr(row, name, body[name] or [])
    if "cve_id" in body:
        row.cve_id = str(body["cve_id"] or "")
    if "credits" in body:
        rules.check_logins([credit["login"] for credit in row.credits], field="credits")
    if "collaborating_users" in body:
        rules.check_logins(row.collaborating_users, field="collaborating_users")
    _rate(row, body)


def _rate(row: SandboxAdvisory, body: Mapping[str, object]) -> None:
    if "cvss_vector_string" in body:
        vector = str(body["cvss_vector_string"] or "")
        name = "cvss_v4" if vector.startswith("CVSS:4.0/") else "cvss_v3"
        row.cvss_v3 = row.cvss_v4 = ""
        setattr(row, name, vector)
        row.severity = rules.severity_of(rules.score(vector)) if vector else ""
    if body.get("severity"):
        if row.cvss_v3 or row.cvss_v4:
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Cannot update severity value when CVSS is set.")
        row.severity = str(body["severity"])


def _move(row: SandboxAdvisory, state: str, asked: Asked) -> None:
    rules.check_move(row.state, state)
    if state == row.state:
        return
    row.state = State(state)
    row.closed_at = asked.now if state == State.CLOSED else None
    if state == State.PUBLISHED:
        row.published_at = asked.now
        rules.tell("repository_advisory", "published", row.repository, now=asked.now)


def _values(row: SandboxAdvisory) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001 - of Django's


# --- Telling ------------------------------------------------------------------------------------------------


def _told(asked: Asked, row: SandboxAdvisory, *, status: HTTPStatus = HTTPStatus.OK, is_done: bool = False) -> Told:
    shaped = _shaped(row, row.repository, _people([row]), asked)
    return Told(shaped, status=status, is_done=is_done, about=row.ghsa_id)


def _people(rows: list[SandboxAdvisory]) -> dict[str, Account]:
    logins = {credit["login"] for row in rows for credit in row.credits}
    logins |= {login for row in rows for login in row.collaborating_users}
    return {each.login: account_of(each) for each in SandboxAccount.objects.filter(login__in=logins)}


def _shaped(row: SandboxAdvisory, repository: SandboxRepository, people: Mapping[str, Account], asked: Asked) -> Shaped:
    has_fork = row.fork_ready_at is not None and row.fork_ready_at <= asked.now and row.state != State.PUBLISHED
    return advisory_shapes.advisory(
        _value(row),
        repository=value_of(repository),
        fork=_fork_of(row, repository) if has_fork else None,
        people=people,
        author=account_of(row.submitter) if row.submitter else OUR_APP,
        shapes=in_shape(),
    )


def _fork_of(row: SandboxAdvisory, repository: SandboxRepository) -> Repository:
    """As GitHub calls it: the name carries the id."""
    full_name = f"{repository.full_name}-{row.ghsa_id.lower()}"
    return Repository(10**9 + row.pk, full_name, archived=False, description="", private_reporting=None)


def _value(row: SandboxAdvisory) -> RepositoryAdvisory:
    return RepositoryAdvisory(
        ghsa_id=row.ghsa_id,
        cve_id=row.cve_id,
        html_url="",
        state=AdvisoryState(row.state),
        summary=row.summary,
        description=row.description,
        severity=row.severity,
        cvss_v3=row.cvss_v3,
        cvss_v4=row.cvss_v4,
        cwe_ids=tuple(row.cwe_ids),
        affected=tuple(_affected(each) for each in row.vulnerabilities),
        credits=tuple(Credit(each["login"], each["type"], "pending") for each in row.credits),
        collaborating_users=tuple(row.collaborating_users),
        collaborating_teams=tuple(row.collaborating_teams),
        private_fork="",
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        closed_at=row.closed_at,
        withdrawn_at=row.withdrawn_at,
        accepted=row.state != State.TRIAGE if row.was_reported else None,
    )


def _affected(each: Mapping[str, object]) -> Affected:
    package = each.get("package")
    named = package if isinstance(package, Mapping) else {}
    return Affected(
        ecosystem=str(named.get("ecosystem") or ""),
        package=str(named.get("name") or ""),
        versions=str(each.get("vulnerable_version_range") or ""),
        patched=str(each.get("patched_versions") or ""),
    )

"""What GitHub says of a repository's security advisory, of either edition of its interface (2022-11-28, 2026-03-10).

Lenient: fields get added, and words that are new here are kept as they are. Nothing is read from `cvss`, which the
later edition has no more: the vectors stand in `cvss_severities`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from disclosures.formats import plain
from disclosures.github_ranges import Reading, from_github

type Row = Mapping[str, object]


class NoAdvisory(ValueError):
    """What came is no advisory: it has no id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    ecosystem: str
    package: str
    version_range: str
    patched_versions: str

    @property
    def reading(self) -> Reading:
        return from_github(self.version_range, patched=self.patched_versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    login: str
    type: str
    state: str
    """accepted, declined or pending: GitHub asks each person itself. Empty where it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    ghsa_id: str
    url: str
    """The page that people read."""
    state: str
    """triage, draft, published, closed or withdrawn."""
    summary: str
    description: str
    severity: str
    cvss31: str
    cvss40: str
    cve_id: str
    cwe_ids: tuple[str, ...]
    vulnerabilities: tuple[Vulnerability, ...]
    credits: tuple[Credited, ...]
    collaborating_users: tuple[str, ...]
    collaborating_teams: tuple[str, ...]
    private_fork: str
    """Its full name; empty while there is none."""
    created_at: datetime | None
    updated_at: datetime | None
    published_at: datetime | None
    closed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_published(self) -> bool:
        return self.state == "published"


def read(answer: object) -> Answer:
    row = answer if isinstance(answer, Mapping) else {}
    ghsa_id = _text(row, "ghsa_id")
    if not ghsa_id:
        raise NoAdvisory("GitHub's answer is no security advisory.")
    severities = _object(row, "cvss_severities")
    return Answer(
        ghsa_id=ghsa_id,
        url=plain.address(_text(row, "html_url")),
        state=_text(row, "state"),
        summary=_text(row, "summary"),
        description=_words(row, "description"),
        severity=_text(row, "severity"),
        cvss31=_text(_object(severities, "cvss_v3"), "vector_string"),
        cvss40=_text(_object(severities, "cvss_v4"), "vector_string"),
        cve_id=_text(row, "cve_id") or _identifier(row, "CVE"),
        cwe_ids=_cwe_ids(row),
        vulnerabilities=tuple(_vulnerability(each) for each in _objects(row, "vulnerabilities")),
        credits=tuple(_credits(row)),
        collaborating_users=_names(row, "collaborating_users", key="login"),
        collaborating_teams=_names(row, "collaborating_teams", key="slug"),
        private_fork=_text(_object(row, "private_fork"), "full_name"),
        created_at=_moment(row, "created_at"),
        updated_at=_moment(row, "updated_at"),
        published_at=_moment(row, "published_at"),
        closed_at=_moment(row, "closed_at"),
        withdrawn_at=_moment(row, "withdrawn_at"),
    )


def _vulnerability(row: Row) -> Vulnerability:
    package = _object(row, "package")
    return Vulnerability(
        ecosystem=_text(package, "ecosystem"),
        package=_text(package, "name"),
        version_range=_text(row, "vulnerable_version_range"),
        patched_versions=_text(row, "patched_versions"),
    )


def _credits(row: Row) -> Iterator[Credited]:
    """The detailed list has the answer of each person; without it, the plain one."""
    detailed = _objects(row, "credits_detailed")
    for each in detailed:
        login = _text(_object(each, "user"), "login")
        if login:
            yield Credited(login=login, type=_text(each, "type"), state=_text(each, "state"))
    for each in () if detailed else _objects(row, "credits"):
        if login := _text(each, "login"):
            yield Credited(login=login, type=_text(each, "type"), state="")


def _cwe_ids(row: Row) -> tuple[str, ...]:
    listed = row.get("cwe_ids")
    plain_ids = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    return tuple(plain_ids) or _names(row, "cwes", key="cwe_id")


def _identifier(row: Row, kind: str) -> str:
    found = (_text(each, "value") for each in _objects(row, "identifiers") if each.get("type") == kind)
    return next(found, "")


def _names(row: Row, name: str, *, key: str) -> tuple[str, ...]:
    return tuple(found for each in _objects(row, name) if (found := _text(each, key)))


def _objects(row: Row, name: str) -> list[Row]:
    listed = row.get(name)
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def _object(row: Row, name: str) -> Row:
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return plain.line(value) if isinstance(value, str) else ""


def _words(row: Row, name: str) -> str:
    value = row.get(name)
    return plain.prose(value) if isinstance(value, str) else ""


def _moment(row: Row, name: str) -> datetime | None:
    value = row.get(name)
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None

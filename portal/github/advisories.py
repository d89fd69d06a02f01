"""GitHub's JSON of an advisory, read with distrust, in both editions of its interface.

`cvss` went with edition 2026-03-10, so `cvss_severities` is read. What is missing is empty; the state is not guessed.
"""

import re
from collections.abc import Mapping
from typing import Final

from portal import characters
from portal.github import bodies, reading
from portal.github.errors import NotThere, UnexpectedAnswer
from portal.github.reading import Row, line, moment
from portal.github.values import Account, AdvisoryState, Affected, Credit, RepositoryAdvisory

GHSA_ID: Final = re.compile(r"GHSA(-[0-9a-z]{4}){3}")
LONGEST_VECTOR: Final = 300
LONGEST_RANGE: Final = 1_000


def place_of(ghsa_id: str) -> str:
    """The last part of its address, or `NotThere`."""
    if not GHSA_ID.fullmatch(ghsa_id):
        raise NotThere("No advisory can be called that.")
    return ghsa_id


def advisory(row: Row) -> RepositoryAdvisory:
    ghsa_id = line(row, "ghsa_id")
    if not GHSA_ID.fullmatch(ghsa_id):
        raise UnexpectedAnswer("GitHub's answer names an advisory as none can be called.")
    fork = _inside(row, "private_fork")
    submission = row.get("submission")
    return RepositoryAdvisory(
        ghsa_id=ghsa_id,
        cve_id=reading.text(row, "cve_id", longest=30),
        html_url=reading.address(row, "html_url"),
        state=_state(row),
        summary=reading.text(row, "summary", longest=bodies.LONGEST_SUMMARY),
        description=_prose(row, "description"),
        severity=reading.text(row, "severity", longest=10),
        cvss_v3=_vector(row, "cvss_v3"),
        cvss_v4=_vector(row, "cvss_v4"),
        cwe_ids=_texts(row.get("cwe_ids")),
        affected=tuple(_affected(each) for each in _rows(row, "vulnerabilities")),
        credits=_credits(row),
        collaborating_users=_named(row, "collaborating_users", by="login"),
        collaborating_teams=_named(row, "collaborating_teams", by="slug"),
        private_fork=reading.full_name(fork) if fork else "",
        created_at=moment(row, "created_at"),
        updated_at=moment(row, "updated_at"),
        published_at=moment(row, "published_at"),
        closed_at=moment(row, "closed_at"),
        withdrawn_at=moment(row, "withdrawn_at"),
        accepted=_inside(row, "submission").get("accepted") is True if submission is not None else None,
        author=_author(row),
    )


def _author(row: Row) -> Account | None:
    told = row.get("author")
    return reading.account(told) if isinstance(told, Mapping) else None


def _state(row: Row) -> AdvisoryState:
    try:
        return AdvisoryState(line(row, "state"))
    except ValueError:
        raise UnexpectedAnswer("GitHub's answer names a state that no advisory can have.") from None


def _vector(row: Row, version: str) -> str:
    return reading.text(_inside(_inside(row, "cvss_severities"), version), "vector_string", longest=LONGEST_VECTOR)


def _affected(row: Row) -> Affected:
    package = _inside(row, "package")
    return Affected(
        ecosystem=reading.text(package, "ecosystem", longest=100),
        package=reading.text(package, "name", longest=LONGEST_RANGE),
        versions=reading.text(row, "vulnerable_version_range", longest=LONGEST_RANGE),
        patched=reading.text(row, "patched_versions", longest=LONGEST_RANGE),
    )


def _credits(row: Row) -> tuple[Credit, ...]:
    """`credits_detailed` tells who has accepted; an answer without it still tells who is asked."""
    detailed = [
        Credit(login=who.login, type=line(each, "type"), state=line(each, "state"), id=who.id)
        for each in _rows(row, "credits_detailed")
        for who in [reading.account(_inside(each, "user"))]
    ]
    plain = [Credit(login=line(each, "login"), type=line(each, "type"), state="") for each in _rows(row, "credits")]
    return tuple(detailed or plain)


def _named(row: Row, name: str, *, by: str) -> tuple[str, ...]:
    return tuple(line(each, by) for each in _rows(row, name))


def _rows(row: Row, name: str) -> list[Row]:
    return reading.rows_of(row.get(name) or [])


def _texts(value: object) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else []
    return tuple(characters.storable(text)[: reading.LONGEST_NAME] for text in listed if isinstance(text, str))


def _inside(row: Row, name: str) -> Row:
    """Nothing where nothing is told."""
    return reading.object_of(row.get(name) or {})


def _prose(row: Row, name: str) -> str:
    """With its line breaks."""
    value = row.get(name)
    return characters.storable(value)[: bodies.LONGEST_DESCRIPTION] if isinstance(value, str) else ""

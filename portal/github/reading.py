"""GitHub's JSON, read into values with distrust: the other side may change, break, or send what no column takes.

Lenient where it can be, as fields get added; never guessing where rights follow from it (AUT-05). What is kept of an
answer for the next time has the same shape, with the fields alone that are read here.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from portal import characters
from portal.github.errors import UnexpectedAnswer
from portal.github.profile import GREATEST_ID
from portal.github.values import Account, Collaborator, Contributor, Release, Repository

type Row = Mapping[str, object]

FULL_NAME: Final = re.compile(r"(?!\.)[A-Za-z0-9_.-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}")
LONGEST_NAME: Final = 100
LONGEST_TEXT: Final = 350
LONGEST_TITLE: Final = 500
LONGEST_ADDRESS: Final = 1_000


def parsed(body: bytes) -> object:
    try:
        answer: object = json.loads(body)
    except (ValueError, RecursionError):
        raise UnexpectedAnswer("GitHub's answer is no JSON.") from None
    return answer


def rows_of(answer: object, *, under: str = "") -> list[Row]:
    """The objects of a list, or of the list that stands `under` a name. None at all is a fact, not a mistake."""
    listed = answer.get(under) if under and isinstance(answer, Mapping) else answer
    if not isinstance(listed, list) or not all(isinstance(row, Mapping) for row in listed):
        raise UnexpectedAnswer("GitHub's answer is not the list that was asked for.")
    return listed


def object_of(answer: object) -> Row:
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswer("GitHub's answer is not the object that was asked for.")
    return answer


def account(row: Row) -> Account:
    return Account(id=number(row, "id"), login=line(row, "login"), name=text(row, "name", longest=200))


def repository(row: Row) -> Repository:
    """`private_reporting` stands in no answer about a repository: GitHub tells it apart."""
    return Repository(
        id=number(row, "id"),
        full_name=full_name(row),
        archived=_yes_or_no(row, "archived"),
        description=text(row, "description", longest=LONGEST_TEXT),
        private_reporting=None,
    )


def full_name(row: Row) -> str:
    name = line(row, "full_name", longest=2 * LONGEST_NAME + 1)
    if not FULL_NAME.fullmatch(name):
        raise UnexpectedAnswer("GitHub's answer names a repository as none can be called.")
    return name


def collaborator(row: Row) -> Collaborator:
    return Collaborator(account=account(row), role_name=line(row, "role_name"))


def contributor(row: Row) -> Contributor | None:
    """None for an author whom GitHub knows by nothing but an address."""
    if row.get("type") == "Anonymous":
        return None
    return Contributor(account=account(row), contributions=number(row, "contributions", least=0))


def release(row: Row) -> Release:
    author = row.get("author")
    return Release(
        id=number(row, "id"),
        tag=line(row, "tag_name", longest=255),
        author=account(author) if isinstance(author, Mapping) else None,
        published_at=moment(row, "published_at"),
        draft=_yes_or_no(row, "draft"),
        prerelease=_yes_or_no(row, "prerelease"),
        html_url=address(row, "html_url"),
        name=text(row, "name", longest=LONGEST_TITLE),
        target=text(row, "target_commitish", longest=255),
        created_at=moment(row, "created_at"),
        notes=_notes(row),
    )


def _notes(row: Row) -> str:
    """As they stand there, so that they can be written back with something added."""
    value = row.get("body")
    return characters.storable(value) if isinstance(value, str) else ""


def number(row: Row, name: str, *, least: int = 1) -> int:
    value = row.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= GREATEST_ID:
        raise UnexpectedAnswer(f"GitHub's answer lacks a number that it promises: {name}.")
    return value


def line(row: Row, name: str, *, longest: int = LONGEST_NAME) -> str:
    found = text(row, name, longest=longest)
    if not found:
        raise UnexpectedAnswer(f"GitHub's answer lacks a text that it promises: {name}.")
    return found


def text(row: Row, name: str, *, longest: int) -> str:
    """On one line; empty where there is none."""
    value = row.get(name)
    found = characters.storable(value) if isinstance(value, str) else ""
    return "".join(max(character, " ") for character in found).strip()[:longest].rstrip()


def _yes_or_no(row: Row, name: str) -> bool:
    value = row.get(name)
    if not isinstance(value, bool):
        raise UnexpectedAnswer(f"GitHub's answer does not say what it promises: {name}.")
    return value


def moment(row: Row, name: str) -> datetime | None:
    value = row.get(name)
    if value is None:
        return None
    try:
        told = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise UnexpectedAnswer(f"GitHub's answer carries a time that is none: {name}.")
    return told


def address(row: Row, name: str) -> str:
    """Nothing rather than a link that leads somewhere by other means than the web."""
    found = text(row, name, longest=LONGEST_ADDRESS)
    try:
        return found if urlsplit(found).scheme in {"http", "https"} else ""
    except ValueError:
        return ""


# --- What is kept, in GitHub's own shape --------------------------------------------------------------------

type Kept = dict[str, object]


def keep_account(value: Account) -> Kept:
    return {"id": value.id, "login": value.login, **({"name": value.name} if value.name else {})}


def keep_repository(value: Repository) -> Kept:
    return {
        "id": value.id,
        "full_name": value.full_name,
        "archived": value.archived,
        "description": value.description,
    }


def keep_collaborator(value: Collaborator) -> Kept:
    return {**keep_account(value.account), "role_name": value.role_name}


def keep_contributor(value: Contributor) -> Kept:
    return {**keep_account(value.account), "contributions": value.contributions}


def keep_release(value: Release) -> Kept:
    return {
        "id": value.id,
        "tag_name": value.tag,
        "author": keep_account(value.author) if value.author else None,
        "published_at": value.published_at.isoformat() if value.published_at else None,
        "draft": value.draft,
        "prerelease": value.prerelease,
        "html_url": value.html_url,
        "name": "" if value.draft else value.name,
        "target_commitish": value.target,
        "created_at": value.created_at.isoformat() if value.created_at else None,
    }


class Shape[T]:
    """How one kind of row is read, and how it is kept."""

    def __init__(self, read: Callable[[Row], T | None], keep: Callable[[T], Kept], *, under: str = "") -> None:
        self._read, self._keep, self._under = read, keep, under

    def read(self, answer: object) -> list[T]:
        """The rows of an answer of GitHub's."""
        return self.revive(rows_of(answer, under=self._under))

    def revive(self, kept: object) -> list[T]:
        """The rows as they were kept."""
        return [value for row in rows_of(kept) if (value := self._read(row)) is not None]

    def keep(self, values: list[T]) -> list[Kept]:
        return [self._keep(value) for value in values]

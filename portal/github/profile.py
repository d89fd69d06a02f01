"""GitHub's answers, read with distrust: the other side may change, break, or send something that no column takes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from portal import characters
from portal.github.errors import UnexpectedAnswer

GREATEST_ID = 2**63 - 1
API_VERSION = "2022-11-28"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who somebody is on GitHub. `id` is the identity; everything else may change hands (AUT-04)."""

    id: int
    login: str
    name: str
    email: str

    def as_answer(self) -> dict[str, int | str]:
        return asdict(self)


def read_profile(answer: object) -> Profile:
    """Read an answer to `GET /user`, keeping no more of it than the portal needs. Raises `UnexpectedAnswer`."""
    if not isinstance(answer, Mapping):
        raise UnexpectedAnswer("GitHub's answer about the account is no object.")
    number, login = answer.get("id"), answer.get("login")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= GREATEST_ID:
        raise UnexpectedAnswer("GitHub's answer about the account carries no id.")
    if not isinstance(login, str) or not login:
        raise UnexpectedAnswer("GitHub's answer about the account carries no login.")
    return Profile(
        id=number,
        login=_line(login, longest=100),
        name=_line(answer.get("name"), longest=200),
        email=_line(answer.get("email"), longest=254),
    )


def _line(value: object, *, longest: int) -> str:
    text = characters.storable(value) if isinstance(value, str) else ""
    return "".join(max(character, " ") for character in text).strip()[:longest]

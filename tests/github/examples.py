"""What the description gives as examples, with a test's own values in them."""

from dataclasses import dataclass, field

from tests.github import contract

type Json = dict[str, object]


def row(example: str, **values: object) -> Json:
    shown = contract.example(example)
    first = shown[0] if isinstance(shown, list) else shown
    assert isinstance(first, dict)
    return {**first, **values}


@dataclass
class Repo:
    id: int
    full_name: str
    archived: bool = False
    collaborators: list[tuple[int, str, str]] = field(default_factory=list)
    contributors: list[tuple[int, str, int]] = field(default_factory=list)
    releases: list[Json] = field(default_factory=list)
    advisories: list[Json] = field(default_factory=list)

"""Whatever the other side sends, it is read or refused; and what is kept of it reads the same the next time."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.github import Profile, UnexpectedAnswer, reading
from portal.github.client import ACCOUNTS, COLLABORATORS, CONTRIBUTORS, RELEASES, REPOSITORIES
from portal.github.reading import Shape

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ACCOUNT = st.fixed_dictionaries({"id": st.integers(1, 2**63 - 1), "login": st.text(min_size=1)})
SHAPES: Mapping[str, tuple[Shape[Any], st.SearchStrategy[Any]]] = {
    "account": (ACCOUNTS, ACCOUNT),
    "repository": (
        REPOSITORIES,
        st.fixed_dictionaries(
            {
                "id": st.integers(1),
                "full_name": st.from_regex(reading.FULL_NAME, fullmatch=True),
                "archived": st.booleans(),
                "description": st.none() | st.text(),
            }
        ),
    ),
    "collaborator": (COLLABORATORS, st.builds(dict, ACCOUNT, role_name=st.text(min_size=1))),
    "contributor": (
        CONTRIBUTORS,
        st.builds(dict, ACCOUNT, contributions=st.integers(0), type=st.sampled_from(["User", "Bot", "Anonymous"])),
    ),
    "release": (
        RELEASES,
        st.fixed_dictionaries(
            {
                "id": st.integers(1),
                "tag_name": st.text(min_size=1),
                "author": st.none() | ACCOUNT,
                "published_at": st.none() | st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()),
                "draft": st.booleans(),
                "prerelease": st.booleans(),
                "html_url": st.text() | st.just("https://github.com/a/b/releases/tag/c"),
            }
        ),
    ),
}
shapes = pytest.mark.parametrize("kind", SHAPES)


@shapes
@given(data=st.data())
def test_what_is_kept_reads_as_what_was_read(kind: str, data: st.DataObject) -> None:
    shape, rows = SHAPES[kind]
    sent = data.draw(st.lists(rows, max_size=3))
    try:
        read = shape.read(sent)
    except UnexpectedAnswer:
        return

    kept = json.loads(json.dumps(shape.keep(read)))

    assert shape.revive(kept) == read
    assert "\\u0000" not in json.dumps(kept)


def refusal_of(read: Callable[[], object]) -> str:
    try:
        read()
    except UnexpectedAnswer as refused:
        return str(refused)
    return ""


@shapes
@given(anything=ANYTHING, rows=st.lists(st.dictionaries(st.sampled_from(["id", "login", "archived"]), ANYTHING)))
def test_anything_else_is_refused(kind: str, anything: object, rows: list[dict[str, object]]) -> None:
    shape, _ = SHAPES[kind]

    for answer in (anything, rows, [{**row, "author": anything} for row in rows]):
        refusal = refusal_of(partial(shape.read, answer))
        assert refusal.startswith("GitHub's answer") or answer == []


@given(body=st.binary(max_size=60))
def test_bytes_are_json_or_refused(body: bytes) -> None:
    assert refusal_of(lambda: reading.parsed(body)) in {"", "GitHub's answer is no JSON."}


def test_a_text_that_is_cut_short_stays_as_it_is() -> None:
    (cut,) = ACCOUNTS.read([{"id": 5, "login": "a" * 99 + " b"}])

    assert ACCOUNTS.revive(ACCOUNTS.keep([cut])) == [cut]


def test_a_person_has_one_shape_wherever_they_are_told_of() -> None:
    profile = Profile(id=5, login="ada", name="Ada", email="ada@example.org")

    (account,) = ACCOUNTS.read([profile.as_answer()])

    assert (account.id, account.login, account.name) == (5, "ada", "Ada")

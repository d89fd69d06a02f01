"""How alike two texts are, told by marks alone."""

import random
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.flood import similarity
from reports.flood.similarity import ENOUGH, clusters, marks_of

KEY, OTHER_KEY = b"k" * 32, b"o" * 32

word = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=10)
texts = st.lists(word, min_size=60, max_size=120, unique=True)


def shared(one: Sequence[str], other: Sequence[str], *, key: bytes = KEY) -> int:
    return len(set(marks_of(one, key=KEY)) & set(marks_of(other, key=key)))


@settings(max_examples=100)
@given(texts, st.data())
def test_a_text_with_one_word_in_thirty_changed_is_near(said: list[str], data: st.DataObject) -> None:
    changed = list(said)
    for place in range(0, len(said), 30):
        changed[place] = data.draw(word, label="another word") + "x"

    assert shared(said, changed) >= ENOUGH


@settings(max_examples=100)
@given(texts, st.integers(min_value=0, max_value=10_000))
def test_unrelated_texts_are_not_near(said: list[str], seed: int) -> None:
    letters = random.Random(seed)  # noqa: S311 - a text, not a secret
    others = ["".join(letters.choices("zyxwvutsr", k=11)) for _ in said]

    assert shared(said, others) < ENOUGH


@settings(max_examples=50)
@given(texts)
def test_what_is_added_below_by_another_hand_leaves_it_near(said: list[str]) -> None:
    assert shared(said, [*said, *["best", "regards", "from", "the", "research", "team"]]) >= ENOUGH


@given(st.lists(st.text(max_size=8), max_size=40))
def test_any_words_have_the_same_marks_each_time_and_none_only_if_there_are_none(words: list[str]) -> None:
    marks = marks_of(words, key=KEY)

    assert marks == marks_of(words, key=KEY)
    assert len(set(marks)) == (similarity.BANDS if words else 0)
    assert all(len(mark) == similarity.MARK_BYTES for mark in marks)


def test_with_another_key_the_same_text_has_no_mark_in_common() -> None:
    said = ["a", "component", "leaves", "its", "folder", "by", "two", "dots", "and", "a", "slash"]

    assert shared(said, said, key=OTHER_KEY) == 0


def test_numbers_make_no_difference() -> None:
    one = "port 8080 of host 10.0.0.1 answers line 17".replace(".", " ").split()
    other = "port 443 of host 192.168.7.20 answers line 4".replace(".", " ").split()

    assert shared(one, other) == similarity.BANDS


def test_surrogates_and_floods_of_words_are_taken() -> None:
    assert len(marks_of(["\ud800", "x"], key=KEY)) == similarity.BANDS
    assert marks_of(["x"] * 5_000, key=KEY) == marks_of(["x"] * similarity.MOST_WORDS, key=KEY)


def test_clusters_join_what_is_alike_by_way_of_others_and_leave_out_what_is_alone() -> None:
    a, b, c, d, e, f = (bytes([number]) for number in range(6))
    marks = {
        "one": frozenset({a, b}),
        "alone": frozenset({e, f}),
        "two": frozenset({a, b, c, d}),
        "three": frozenset({c, d}),
        "nearly": frozenset({a, f}),
    }

    assert clusters(marks) == [["one", "two", "three"]]

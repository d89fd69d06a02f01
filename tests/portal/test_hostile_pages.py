"""Words of people who mean harm in all that is kept of a report: every page stays the one it was with plain words."""

import re
from urllib.parse import urlsplit

import pytest

from tests.canaries import Canaries, canaries, stage
from tests.cast import Stage
from tests.hostile_stage import doors_of, mean_harm, shown
from tests.rendered import ALLOWED, NONE, Elements

__all__ = ["canaries", "stage"]

pytestmark = pytest.mark.django_db

type Skeleton = list[tuple[str, tuple[str, ...]]]

OF_TEXT = {**ALLOWED, "bdi": NONE}
"""What words may become: as many of each as there are words."""
ADDRESSES = {"href", "src", "action", "formaction"}
IN_A_FIELD = re.compile(r'<textarea.*?</textarea>|value="[^"]*"', re.DOTALL)
"""What somebody may change keeps each of its characters."""
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
MUST_SHOW = {
    *("report", "report-github", "report-alike", "report-make-public", "report-split", "report-links", "report-cve"),
    *("report-advisory", "report-advisory-review", "report-advisory-history", "report-credit", "report-credit-enter"),
    *("report-day", "report-sharing", "quarantined-mail", "mail-html", "quarantine", "queue", "saved-views"),
    *("track", "track-credit-answer", "track-make-public", "my-credit-answer", "finder-credit"),
}
"""Pages of which each kind shows words: if one does not, this asks too little."""


def skeleton(html: str) -> Skeleton:
    """The elements that no text is made of, each with the names of its attributes."""
    found = Elements(html).found
    return [
        (tag, tuple(sorted(attributes)))
        for tag, attributes in found
        if not (tag in OF_TEXT and attributes.keys() <= OF_TEXT[tag])
    ]


def strange_addresses(html: str) -> list[str]:
    """Where an element leads or loads from that is no page of the web."""
    pairs = [pair for _, attributes in Elements(html).found for pair in attributes.items()]
    led = [str(value) for name, value in pairs if name in ADDRESSES]
    return [each for each in led if urlsplit(each).scheme not in {"", "http", "https", "mailto"}]


def test_no_word_that_is_kept_adds_anything_to_any_page(stage: Stage, canaries: Canaries) -> None:
    doors = doors_of(stage, canaries)
    plain = {name: page for name, page in shown(doors).items() if canaries.found_in(page)}
    mean_harm(canaries)

    hostile = shown({name: doors[name] for name in plain})

    assert plain.keys() >= MUST_SHOW
    assert hostile.keys() == plain.keys()
    assert [name for name, page in plain.items() if hostile[name] == page] == []
    assert [name for name, page in plain.items() if skeleton(hostile[name]) != skeleton(page)] == []
    assert [found for page in hostile.values() for found in strange_addresses(page)] == []
    assert [name for name, page in hostile.items() if TURNS.search(IN_A_FIELD.sub("", page))] == []

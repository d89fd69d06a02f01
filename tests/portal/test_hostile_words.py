"""Nothing that people write does anything: neither in a Markdown text nor as a title, a name or a file's name."""

import secrets
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal import characters
from portal.markdown import render
from portal.plain_text import LONGEST_LINE
from reports import intake, staging, submissions
from reports.intake import Receipt
from tests import factories, hostile
from tests.people import browser_of
from tests.rendered import Elements, assert_harmless, links_in

type Skeleton = list[tuple[str, tuple[str, ...]]]

FEWEST_VECTORS = 150
PLAIN = "Plain words"


def skeleton(html: str) -> Skeleton:
    """The page without its words: each element, and the names of its attributes. Our own marks are left out."""
    found = Elements(html).found
    return [
        (tag, tuple(sorted(attributes))) for tag, attributes in found if attributes.get("class") != "invisible-mark"
    ]


def parts(html: str) -> set[tuple[str, str]]:
    return {(tag, name) for tag, names in skeleton(html) for name in ("", *names)}


def test_there_are_many_ways_to_attack() -> None:
    assert len({*hostile.MARKUP, *hostile.TARGETS}) > FEWEST_VECTORS


@pytest.mark.parametrize("tenth", range(10))
def test_no_text_becomes_more_than_words(tenth: int) -> None:
    for text in hostile.TEXTS[tenth::10]:
        assert_harmless(render(text))


@pytest.mark.parametrize("target", hostile.TARGETS)
def test_no_link_leads_where_none_may(target: str) -> None:
    for way in ("[x]({})", "[x](<{}>)", "<{}>", "[x]: {}\n\n[x]"):
        assert links_in(render(way.replace("{}", target))) == [], way


@pytest.mark.parametrize("target", [*hostile.DECEIVING, *hostile.LOOKALIKES])
def test_a_link_that_deceives_shows_its_true_host(target: str) -> None:
    html = render(f"[our page]({target}) and {target} and <{target}>")

    for link in links_in(html):
        host = urlsplit(str(link)).netloc
        assert host.isascii()
        assert host in Elements(html).text


def received(words: str, *, quarantined: bool = False) -> Receipt:
    """A report with `words` as everything in it that is not a Markdown text, past the forms that would refuse some."""
    words = characters.storable(words)
    token = submissions.new(now=timezone.now())
    upload = SimpleUploadedFile("x", b"x")
    setattr(upload, "_name", words)  # noqa: B010 - as a hostile browser names it, past what Django tidies
    kept = staging.stage([upload], submission=token, now=timezone.now()).kept
    sent = factories.submission(
        token.value,
        summary=words[:LONGEST_LINE],
        description=" ".join(secrets.token_hex(4) for _ in range(60)),  # nothing is said to be like another
        name=words[:LONGEST_LINE],
        dependency_name=words[:LONGEST_LINE],
        dependency_version=words[:50],
        files=[each.file for each in kept],
    )
    return intake.receive(sent, now=timezone.now(), quarantined=quarantined)


def pages(receipt: Receipt, team: Client) -> list[Skeleton]:
    place = receipt.report.get_absolute_url()
    team.post(f"{place}reporter/")
    reporter = Client(REMOTE_ADDR=f"192.0.2.{receipt.report.pk % 250}")
    ways = [(team, place), (team, f"{place}?part=files"), (team, f"{place}?part=original"), (team, f"{place}decline/")]
    ways.append((reporter, reporter.post(f"/r/{receipt.key}/")["Location"]))
    answers = [browser.get(way) for browser, way in ways]
    assert {answer.status_code for answer in answers} == {HTTPStatus.OK}
    return [skeleton(answer.content.decode()) for answer in answers]


@pytest.mark.django_db
def test_no_title_and_no_name_adds_anything_to_a_page() -> None:
    team = browser_of(factories.member())
    expected = pages(received(PLAIN), team)

    changed = [words for words in hostile.lines(longest=LONGEST_LINE) if pages(received(words), team) != expected]

    assert changed == []


@pytest.mark.django_db
def test_no_title_adds_anything_to_the_lists() -> None:
    team = browser_of(factories.member())
    ways = ("/reports/?sort=newest", "/dashboard/", "/reports/quarantine/")
    for quarantined in (False, True):
        received(PLAIN, quarantined=quarantined)
    expected = [parts(team.get(way).content.decode()) for way in ways]

    for place, words in enumerate(hostile.MARKUP[::4]):
        received(words, quarantined=place % 2 == 1)

    for way, known in zip(ways, expected, strict=True):
        page = team.get(way).content.decode()
        assert page.count("alert(1)") > 5, way
        assert parts(page) <= known, way


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/report/new/", "/track/", "/markdown/", "/reports/WSC-0000-0000/write/", "/leaving/"]
)
def test_what_comes_back_from_a_form_is_what_was_typed_and_nothing_else(path: str) -> None:
    browser = Client()
    typed = ("summary", "description", "text", "email", "reference", "link", "name", "to", "website")
    allowed: set[tuple[str, str]] = set()
    for known in (PLAIN, "", "a\u202eb", "x@example.org"):
        allowed |= {*parts(browser.post(path, dict.fromkeys(typed, known)).content.decode())}

    for words in map(characters.storable, hostile.MARKUP):
        page = browser.post(path, dict.fromkeys(typed, words)).content.decode()
        if path == "/markdown/":
            assert_harmless(page)
        else:
            assert parts(page) <= allowed, words

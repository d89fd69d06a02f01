"""Documents that tell of all: made with each change, handed out as they lie there, and never with a name of before."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from xml.etree import ElementTree as ET

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures import shelf
from disclosures.models import PublishedFile
from disclosures.snapshot import Credit
from tests.disclosures.advisories import PUBLISHED, RICH
from tests.disclosures.public.told import bare, credited, numbered, told
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/advisories/feed.atom"
LISTS = (
    "/advisories/index.json",
    "/advisories/projects.json",
    FEED,
    "/advisories/acknowledgements/2026.json",
    "/osv/all.zip",
    "/.well-known/csaf/white/index.txt",
    "/.well-known/csaf/white/changes.csv",
    "/.well-known/csaf/white/csaf-feed-tlp-white.json",
)


def said(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == HTTPStatus.OK
    return answer.getvalue()


# --- A page of the feed -------------------------------------------------------------------------------------


def walked(client: Client) -> Iterator[list[str]]:
    """The pages of the feed, by the links that lead from one to the next."""
    address = FEED
    while address:
        feed = ET.fromstring(said(client.get(address)))  # noqa: S314 - our own
        yield [entry.findtext(f"{ATOM}title") or "" for entry in feed.findall(f"{ATOM}entry")]
        links = {link.get("rel"): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
        assert links["self"].endswith(address)
        assert (links.get("first") is None) == (address == FEED)
        address = _place(links.get("next", ""))


def _place(address: str) -> str:
    return address[address.index("/advisories/") :] if address else ""


def test_the_feed_is_walked_from_page_to_page_and_names_each_advisory_once(client: Client) -> None:
    bare(101)
    shelf.put_lists()

    pages = list(walked(client))

    assert [len(page) for page in pages] == [50, 50, 1]
    assert [title for page in pages for title in page] == [f"Advisory {number}" for number in reversed(range(101))]


def test_two_that_changed_at_one_moment_stand_on_either_side_of_a_page(client: Client) -> None:
    bare(60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disclosures_publishedadvisory SET modified_at = %s", [PUBLISHED])
    shelf.put_lists()

    titles = [title for page in walked(client) for title in page]

    assert sorted(titles) == sorted(f"Advisory {number}" for number in range(60))


@pytest.mark.parametrize("asked", ["", "x", "WyIyMDI2Il0", "é"])
def test_no_page_of_the_feed_is_asked_for_by_nonsense(client: Client, asked: str) -> None:
    told()

    assert client.get(FEED, {"before": asked}).status_code == HTTPStatus.NOT_FOUND


# --- How they go out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [address for address in LISTS if not address.endswith(".zip")])
def test_a_list_goes_out_packed_to_whoever_takes_that(client: Client, address: str) -> None:
    told(replace(RICH, credits=credited("Ada Example")))

    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8, *;q=0.1"})
    refused = client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content == refused.content
    assert packed.headers["ETag"] != plain.headers["ETag"] == refused.headers["ETag"]
    assert {answer.headers["Vary"] for answer in (plain, packed, again)} == {"Accept-Encoding"}
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


@pytest.mark.parametrize("address", LISTS)
def test_whoever_has_a_list_already_is_told_so_by_one_query_however_long_it_is(client: Client, address: str) -> None:
    told()
    tag = client.get(address).headers["ETag"]

    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address, headers={"If-None-Match": tag})

    assert answer.status_code == HTTPStatus.NOT_MODIFIED
    assert len(asked) == 1
    assert 'SELECT "disclosures_publishedfile"."content"' not in asked[0]["sql"]


def test_no_document_asks_more_with_thirty_advisories_than_with_one(client: Client) -> None:
    told(numbered(0))
    addresses = (*LISTS, "/advisories/", "/advisories/acknowledgements/", "/osv/WSC-SA-2222-1000.json")
    with_one = {address: queries_of(client, address) for address in addresses}
    bare(30)
    shelf.put_lists()

    assert {address: queries_of(client, address) for address in addresses} == with_one
    assert max(with_one.values()) <= 5


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "PIECE", 500)


def pieces_of(answer: HttpResponseBase) -> Iterator[bytes]:
    assert isinstance(answer, StreamingHttpResponse)
    return iter(answer)


@pytest.mark.usefixtures("small_pieces")
def test_a_large_document_goes_out_in_pieces(client: Client) -> None:
    told()
    told(numbered(1))
    kept = PublishedFile.objects.get(path=shelf.ARCHIVE)

    answer, head = client.get("/osv/all.zip"), client.head("/osv/all.zip")

    pieces = list(pieces_of(answer))
    assert b"".join(pieces) == bytes(kept.content)
    assert max(map(len, pieces)) == 500
    assert answer.headers["Content-Length"] == head.headers["Content-Length"] == str(len(kept.content))
    assert answer.headers["ETag"] == head.headers["ETag"] == f'"{kept.sha256}"'
    assert head.getvalue() == b""


@pytest.mark.usefixtures("small_pieces")
def test_what_changes_while_it_goes_out_ends_rather_than_become_a_mixture(client: Client) -> None:
    told(replace(RICH, credits=credited("Ada Example")))
    pieces = pieces_of(client.get("/osv/all.zip"))
    next(pieces)

    told(replace(RICH, credits=(), modified_at=PUBLISHED + timedelta(days=30)))

    with pytest.raises(shelf.Changed):
        next(pieces)


# --- Names --------------------------------------------------------------------------------------------------

NAMES = ("Ada Example", "Béla Example", "Cleo Example")


def names_in(content: bytes) -> set[str]:
    return {name for name in NAMES if name.encode() in content}


def everywhere(client: Client) -> dict[str, set[str]]:
    """Who is named, by each document and page that there is."""
    shown = {file.path: file.whole for file in PublishedFile.objects.all()}
    with zipfile.ZipFile(io.BytesIO(shown.pop(shelf.ARCHIVE))) as packed:
        shown |= {f"packed {name}": packed.read(name) for name in packed.namelist()}
    shown |= {address: said(client.get(address)) for address in ("/advisories/acknowledgements/", *LISTS)}
    shown |= {FEED: said(client.get(FEED))}
    return {place: names_in(content) for place, content in shown.items()}


@pytest.mark.clause("P17")
@pytest.mark.clause("P18")
def test_who_is_named_follows_every_change_at_once(client: Client) -> None:
    people = st.sets(st.sampled_from(NAMES)).map(sorted)
    change = st.tuples(st.integers(0, 1), people, st.booleans())

    @settings(max_examples=12)
    @given(st.lists(change, min_size=1, max_size=3))
    def whatever_changes(changes: list[tuple[int, list[str], bool]]) -> None:
        agreed: dict[int, set[str]] = {}
        with transaction.atomic():
            for later, (number, names, withdrawn) in enumerate(changes):
                at = PUBLISHED + timedelta(days=2 + later)
                agreed[number] = set(names)
                reason = "A misreading." if withdrawn else ""
                told(
                    numbered(
                        number, credits=tuple(Credit(text=name, name=name) for name in names), modified_at=at,
                        withdrawn_at=at if withdrawn else None, withdrawal_reason=reason,
                    )
                )  # fmt: skip
                named = everywhere(client)
                for place, shown in named.items():
                    assert shown <= set().union(*agreed.values()), place
                assert named["/advisories/acknowledgements/"] == set().union(*agreed.values())
                for one, theirs in agreed.items():
                    assert named[f"packed x_WSC-SA-2222-{1000 + one}.json"] == theirs
            transaction.set_rollback(True)

    whatever_changes()


@pytest.mark.clause("P18")
def test_the_acknowledgements_of_a_year_are_there_for_programs_and_on_pages_of_a_hundred(client: Client) -> None:
    everybody = [f"Person {number:03}" for number in range(225)]
    told(replace(RICH, credits=credited(*reversed(everybody), "Person 007")))
    place = "/advisories/acknowledgements/"

    listed = json.loads(said(client.get(f"{place}2026.json")))
    pages = [said(client.get(place, {"year": "2026", "page": page})).decode() for page in ("1", "2", "3")]
    beyond = [said(client.get(place, {"page": page})).decode() for page in ("4", "0", "-1", "x", "²", "9" * 40)]

    assert listed == {"year": 2026, "thanked": everybody}
    assert [[name for name in everybody if f">{name}<" in page] for page in pages] == [
        everybody[:100], everybody[100:200], everybody[200:],
    ]  # fmt: skip
    assert [name for page in beyond for name in everybody[100:] if name in page] == []
    assert "Page 2 of 3" in pages[1]
    assert f'href="{place}?year=2026&amp;page=3"' in pages[1]


def test_a_year_that_nothing_was_published_in_has_no_list(client: Client) -> None:
    told()

    assert client.get("/advisories/acknowledgements/1999.json").status_code == HTTPStatus.NOT_FOUND

"""What people read of what was published."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from disclosures.models import PublishedAdvisory
from disclosures.snapshot import Relation, RelationKind
from tests.disclosures.advisories import PUBLISHED, RICH
from tests.disclosures.public.told import credited, numbered, several, told
from tests.hostile import MARKUP
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

PAGE = f"/advisories/{RICH.identifier}/"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    return answer.content.decode()


def titles(text: str) -> list[str]:
    """Of the list, in its order."""
    return [part.partition("</bdi>")[0] for part in text.split('/"><bdi>')[1:]]


@pytest.mark.clause("P30")
def test_an_advisory_tells_what_it_is_who_is_affected_and_what_to_do(client: Client) -> None:
    told()

    text = page(client, PAGE)

    for said in (
        "A request can read files outside of the served folder.",
        "Update to 1.4.2 or 2.0.1",
        "Serve static files by another server.",
        "From 1.0.0 up to, but without, 1.4.2",
        "From 2.0.0-rc.1 up to and with 2.0.0",
        "@example/router",
        "pkg:npm/%40example/router",
        "CVE-2026-12345",
        "GHSA-2222-3333-4444",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
        "CWE-22",
        "Limitation of a Pathname to a Restricted Directory",
        "Mona Lisa Octocat",
        "remediation developer",
        "The earlier fix was not complete.",
    ):
        assert said in text, said


def test_a_withdrawn_advisory_stays_and_says_why(client: Client) -> None:
    told(replace(RICH, withdrawn_at=PUBLISHED + timedelta(days=3), withdrawal_reason="It was a *misreading*."))

    text = page(client, PAGE)
    line = page(client, "/advisories/")

    assert "Withdrawn on" in text
    assert "It was a <em>misreading</em>." in text
    assert "A request can read files" in text
    assert "withdrawn" in line


def test_both_sides_of_an_incomplete_fix_lead_to_each_other(client: Client) -> None:
    told(numbered(1, related=(Relation(kind=RelationKind.COMPLETED_BY, identifier="WSC-SA-2222-1002"),)))
    told(numbered(2, related=(Relation(kind=RelationKind.INCOMPLETE_FIX_OF, identifier="WSC-SA-2222-1001"),)))

    first, second = page(client, "/advisories/WSC-SA-2222-1001/"), page(client, "/advisories/WSC-SA-2222-1002/")

    assert 'href="/advisories/WSC-SA-2222-1002/"' in first
    assert 'href="/advisories/WSC-SA-2222-1001/"' in second


def test_a_revision_is_shown_as_it_was_and_leads_to_what_holds_now(client: Client) -> None:
    told(numbered(1, overview="The first words."))
    told(numbered(1, overview="Better words.", modified_at=PUBLISHED + timedelta(days=9)), changed="Clearer.")

    first = page(client, "/advisories/WSC-SA-2222-1001/revisions/1/")
    newest = page(client, "/advisories/WSC-SA-2222-1001/revisions/2/")

    assert "The first words." in first
    assert "This is revision 1 of 2, as it was then." in first
    assert "What changed from revision" not in first
    assert "the newest one" in newest
    assert "What changed from revision 1" in newest
    assert "The first" in newest.partition("What changed")[2]
    assert client.get("/advisories/WSC-SA-2222-1001/revisions/3/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P17")
def test_whoever_does_not_agree_any_more_is_named_in_no_earlier_revision_either(client: Client) -> None:
    told(numbered(1, credits=credited("Ada Example", "Bo Example")))
    told(numbered(1, credits=credited("Bo Example"), modified_at=PUBLISHED + timedelta(days=9)))

    shown = [
        page(client, address)
        for address in (
            "/advisories/WSC-SA-2222-1001/",
            "/advisories/WSC-SA-2222-1001/revisions/1/",
            "/advisories/WSC-SA-2222-1001/revisions/2/",
            "/advisories/acknowledgements/",
        )
    ]

    assert [("Ada" in text, "Bo Example" in text) for text in shown] == [(False, True)] * 4


@pytest.mark.clause("P18")
def test_the_acknowledgements_name_each_consenting_person_once_a_year(client: Client) -> None:
    told(numbered(1, credits=credited("Zoë", "ada")))
    told(numbered(2, credits=credited("ada")))
    told(numbered(400, credits=credited("Next Year")))

    newest, earlier = (
        page(client, "/advisories/acknowledgements/"),
        page(client, "/advisories/acknowledgements/?year=2026"),
    )

    assert "Next Year" in newest
    assert "ada" not in newest
    assert [earlier.count(f"<bdi>{name}</bdi>") for name in ("ada", "Zoë", "Next Year")] == [1, 1, 0]
    assert earlier.index("ada</bdi>") < earlier.index("Zoë</bdi>")


def test_an_advisory_is_found_by_each_of_its_ids(client: Client) -> None:
    told()

    found = [
        client.get(f"/advisories/{way}/").headers.get("Location")
        for way in ("cve/CVE-2026-12345", "cve/cve-2026-12345", "ghsa/GHSA-5555-6666-7777", "ghsa/ghsa-2222-3333-4444")
    ]

    assert found == [PAGE] * 4
    assert client.get("/advisories/cve/CVE-2026-99999/").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Advisory 2", "Advisory 1", "Old one"]),
        ("q=traversing", ["Advisory 2"]),
        ("q=cve-2026-77777", ["Advisory 1"]),
        ("q=WSC-SA-2222-1002", ["Advisory 2"]),
        ("q=%22unknown+words%22", []),
        ("severity=low", ["Advisory 1"]),
        ("severity=nonsense", []),
        ("project=Router", ["Advisory 2", "Old one"]),
        ("year=2025", ["Old one"]),
        ("year=00002025", []),
        ("q=%E2%80%AE%22%27%28", []),
        ("after=nonsense", ["Advisory 2", "Advisory 1", "Old one"]),
    ],
)
def test_the_list_is_searched_and_filtered(asked: str, found: list[str], client: Client) -> None:
    told(numbered(0, title="Old one", published_at=PUBLISHED - timedelta(days=400)))
    told(numbered(1, severity=None, products=(), cve_id="CVE-2026-77777"))
    told(numbered(2, overview="A component traverses folders."))
    PublishedAdvisory.objects.filter(identifier="WSC-SA-2222-1001").update(severity="low")

    assert titles(page(client, f"/advisories/?{asked}")) == found


def test_pages_of_the_list_follow_each_other_without_a_gap(client: Client) -> None:
    several(53)
    PublishedAdvisory.objects.update(published_at=PUBLISHED)  # all at once: the number decides

    first = page(client, "/advisories/")
    second = page(client, "/advisories/?after=WSC-SA-2222-1028")
    third = page(client, "/advisories/?after=WSC-SA-2222-1003")
    back = page(client, "/advisories/?before=WSC-SA-2222-1002")

    assert titles(first) + titles(second) + titles(third) == [f"Advisory {number}" for number in reversed(range(53))]
    assert titles(back) == titles(second)
    assert "?after=WSC-SA-2222-1028" in first
    assert "?before=WSC-SA-2222-1027" in second
    assert "?after=" not in third


@pytest.mark.parametrize("address", ["/advisories/", PAGE, f"{PAGE}revisions/1/", "/advisories/acknowledgements/"])
def test_a_page_asks_the_database_as_often_for_three_as_for_one(address: str, client: Client) -> None:
    told()
    one = queries_of(client, address)

    several(2)
    told(replace(RICH, title="Changed", modified_at=PUBLISHED + timedelta(days=30)))

    assert queries_of(client, address) == one <= 5


def test_a_link_leaves_by_a_page_that_leads_only_where_the_advisory_does(client: Client) -> None:
    told(replace(RICH, overview="See [there](https://a.example/x?a=1&b=2)."))
    listed = "https://blog.example.org/router"

    assert f'value="{listed}"' in page(client, PAGE)
    leaving = client.get(f"{PAGE}leaving/", {"to": listed})
    assert f'href="{listed}"' in leaving.content.decode()
    assert not leaving.cookies
    assert client.get(f"{PAGE}leaving/", {"to": "https://a.example/x?a=1&b=2"}).status_code == HTTPStatus.OK
    for elsewhere in ("https://evil.example/", "javascript:alert(1)", ""):
        assert client.get(f"{PAGE}leaving/", {"to": elsewhere}).status_code == HTTPStatus.NOT_FOUND


def test_words_that_mean_harm_stay_words_on_each_page(client: Client) -> None:
    words = "".join(MARKUP).replace("\x00", "").replace("\ud800", "")
    told(
        replace(
            RICH, title=words[:240], overview=words, details=words, fix=words, workaround=words,
            withdrawn_at=PUBLISHED, withdrawal_reason=words, credits=credited(words[:400]),
        )
    )  # fmt: skip

    for address in ("/advisories/", PAGE, f"{PAGE}revisions/1/", "/advisories/acknowledgements/"):
        text = page(client, address)
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in text


def test_nothing_of_it_exists_while_nothing_is_published(client: Client) -> None:
    assert "Nothing has been published yet" in page(client, "/advisories/")
    assert "Nobody is named yet" in page(client, "/advisories/acknowledgements/")
    assert client.get(PAGE).status_code == HTTPStatus.NOT_FOUND

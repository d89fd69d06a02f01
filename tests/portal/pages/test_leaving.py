"""The page between a report's text and the web (RND-03, HDR-08)."""

from http import HTTPStatus

import pytest
from django.test import Client

from tests import factories, hostile
from tests.people import browser_of
from tests.rendered import Elements, links_in

pytestmark = pytest.mark.django_db


def test_it_shows_the_whole_target_and_goes_nowhere_by_itself(client: Client) -> None:
    target = "https://evil.example/a?b=1&c=<2>"

    answer = client.post("/leaving/", {"to": target})
    page = answer.content.decode()

    assert (answer.status_code, answer.headers.get("Location"), answer.headers.get("Refresh")) == (200, None, None)
    assert links_in(page).count(target) == 1
    assert target in Elements(page).text


@pytest.mark.parametrize("target", ["", "x", "mailto:a@b.example", "https://" + "a" * 2_000, *hostile.TARGETS])
def test_it_leads_nowhere_else(client: Client, target: str) -> None:
    answer = client.post("/leaving/", {"to": target.encode("utf-8", "replace").decode()})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This link leads nowhere" in answer.content.decode()


def test_no_other_site_can_send_somebody_there() -> None:
    stranger = Client(enforce_csrf_checks=True)

    asked = stranger.get("/leaving/?to=https://evil.example")
    sent = stranger.post("/leaving/", {"to": "https://evil.example"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (asked.status_code, sent.status_code) == (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FORBIDDEN)
    assert "https://evil.example" not in links_in(sent.content.decode())


def test_each_page_with_texts_has_the_form_that_their_links_send() -> None:
    receipt = factories.receipt(description="https://evil.example")
    place, team, reporter = receipt.report.get_absolute_url(), browser_of(factories.member()), Client()
    ways = [(team, place), (team, f"{place}?part=original"), (team, f"{place}decline/"), (reporter, "/report/new/")]
    ways.append((reporter, reporter.post(f"/r/{receipt.key}/")["Location"]))

    for browser, way in ways:
        found = Elements(browser.get(way).content.decode()).found
        forms = [attributes for tag, attributes in found if tag == "form" and attributes.get("id") == "leaving"]
        assert [(form["action"], form["method"], form["target"]) for form in forms] == [
            ("/leaving/", "post", "_blank")
        ], way

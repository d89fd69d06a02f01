"""How public pages go out: to everybody alike, and not again to who has them."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from tests import factories
from tests.disclosures.advisories import PUBLISHED
from tests.disclosures.public.told import numbered, told
from tests.people import browser_of

pytestmark = pytest.mark.django_db

PAGES = (
    "/advisories/",
    "/advisories/WSC-SA-2222-1001/",
    "/advisories/WSC-SA-2222-1001/revisions/1/",
    "/advisories/acknowledgements/",
)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_may_be_kept_sets_no_cookie_and_is_not_sent_twice(address: str, client: Client) -> None:
    told(numbered(1))

    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    head = client.head(address)

    assert not first.cookies
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.headers["ETag"].startswith('"')
    assert "X-Robots-Tag" not in first.headers
    assert "Access-Control-Allow-Origin" not in first.headers
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (head.status_code, head.content) == (HTTPStatus.OK, b"")
    assert head.headers["ETag"] == first.headers["ETag"]


def test_a_page_that_changed_is_sent_again_with_the_moment_of_its_change(client: Client) -> None:
    told(numbered(1))
    before = client.get(PAGES[1])
    told(numbered(1, title="Another", modified_at=PUBLISHED + timedelta(days=9)))

    by_tag = client.get(PAGES[1], headers={"If-None-Match": before.headers["ETag"]})
    by_date = client.get(PAGES[1], headers={"If-Modified-Since": before.headers["Last-Modified"]})
    newest = client.get(PAGES[1], headers={"If-Modified-Since": by_date.headers["Last-Modified"]})

    assert by_tag.status_code == by_date.status_code == HTTPStatus.OK
    assert by_date.headers["Last-Modified"] == "Thu, 03 Dec 2026 15:00:00 GMT"
    assert newest.status_code == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize("address", PAGES)
def test_what_somebody_who_is_signed_in_sees_is_kept_nowhere(address: str) -> None:
    told(numbered(1))
    browser = browser_of(factories.member())

    answer = browser.get(address)

    assert answer.status_code == HTTPStatus.OK
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert "Cookie" in answer.headers["Vary"]

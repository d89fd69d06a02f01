from http import HTTPStatus

import pytest
from django.test import Client

from teams.enums import Delivery
from teams.models import User
from tests import factories
from tests.people import browser_of, code

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return factories.member(email="old@example.org")


@pytest.fixture
def browser(person: User) -> Client:
    return browser_of(person)


def test_a_person_chooses_where_and_how_often_mail_comes(browser: Client, person: User) -> None:
    answer = browser.post("/preferences/", {"email": "new@example.org", "delivery": "daily"})

    person.refresh_from_db()
    assert answer.status_code == HTTPStatus.FOUND
    assert (person.email, person.delivery) == ("new@example.org", Delivery.DAILY)


@pytest.mark.usefixtures("half_minute")
def test_whoever_changes_the_address_shows_the_second_factor_and_loses_nothing_typed(person: User) -> None:
    browser = browser_of(person, confirmed_ago=16 * 60)

    way = browser.post("/preferences/", {"email": "new@example.org", "delivery": "daily"})["Location"]
    person.refresh_from_db()
    before = person.email
    browser.post(way, {"code": code()})

    person.refresh_from_db()
    assert (before, person.email, person.delivery) == ("old@example.org", "new@example.org", Delivery.DAILY)


def test_whoever_has_no_second_factor_is_not_asked_for_one() -> None:
    plain: User = factories.UserFactory.create()
    browser = Client()
    browser.force_login(plain)

    browser.post("/preferences/", {"email": "new@example.org", "delivery": "daily"})

    plain.refresh_from_db()
    assert plain.email == "new@example.org"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nowhere", "delivery": "daily"},
        {"email": "", "delivery": "daily"},
        {"email": "a@example.org\r\nBcc: b@example.org", "delivery": "daily"},
        {"email": "a\0@example.org", "delivery": "daily"},
        {"email": "new@example.org", "delivery": "hourly"},
        {"delivery": ""},
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_changes_nothing(
    browser: Client, person: User, wrong: dict[str, str]
) -> None:
    page = browser.post("/preferences/", wrong)

    person.refresh_from_db()
    assert page.status_code == HTTPStatus.OK
    assert "needs another look" in page.content.decode() or "need another look" in page.content.decode()
    assert (person.email, person.delivery) == ("old@example.org", Delivery.AT_ONCE)


def test_nobody_can_make_themselves_more_than_they_are(browser: Client, person: User) -> None:
    browser.post("/preferences/", {"email": "new@example.org", "delivery": "daily", "is_administrator": "on"})

    person.refresh_from_db()
    assert not person.is_administrator


def test_a_member_whom_no_mail_reaches_is_told_so_on_every_page(browser: Client, person: User) -> None:
    sentence = "No mail reaches you"
    reached = browser.get("/preferences/").content.decode()
    User.objects.filter(pk=person.pk).update(email="")

    unreached = browser.get("/preferences/").content.decode()

    assert sentence not in reached
    assert sentence in unreached

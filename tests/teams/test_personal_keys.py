"""The OpenPGP key of a person, set on their own page."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from portal.viewer import SYSTEM, acting_as
from teams.enums import AccountEventKind
from teams.models import AccountEvent, PersonalKey, User
from tests import factories
from tests.openpgp_keys import Keys, keys_of
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P4")]


@pytest.fixture
def mira() -> Keys:
    return keys_of("Mira <mira@example.org>")


@pytest.fixture
def member() -> User:
    return factories.member()


def kept() -> dict[int, str]:
    with acting_as(SYSTEM):
        return dict(PersonalKey.objects.values_list("user_id", "fingerprint"))


def recorded(user: User) -> list[str]:
    kinds = (AccountEventKind.KEY_SET, AccountEventKind.KEY_REMOVED)
    with acting_as(SYSTEM):
        rows = AccountEvent.objects.filter(user=user, kind__in=kinds).order_by("pk")
        return list(rows.values_list("kind", flat=True))


def test_a_key_is_set_changed_and_taken_away_and_the_record_says_so(member: User, mira: Keys) -> None:
    browser, other = browser_of(member), keys_of("Mira at home <mira@example.org>")

    for keys in (mira, other):
        assert browser.post(reverse("my-key"), {"openpgp_key": keys.certificate}).status_code == HTTPStatus.FOUND
        assert kept() == {member.pk: keys.fingerprint}
    assert other.fingerprint[:4] in browser.get(reverse("my-key")).content.decode()
    browser.post(reverse("my-key-remove"))

    assert kept() == {}
    assert recorded(member) == [AccountEventKind.KEY_SET, AccountEventKind.KEY_SET, AccountEventKind.KEY_REMOVED]


def test_a_key_that_is_of_no_use_is_told_at_its_field(member: User, mira: Keys) -> None:
    answer = browser_of(member).post(reverse("my-key"), {"openpgp_key": mira.secret})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "This is your secret key: keep it to yourself." in answer.content.decode()
    assert kept() == {}


def test_nobody_sees_or_takes_away_the_key_of_another(member: User, mira: Keys) -> None:
    other = factories.member()
    browser_of(member).post(reverse("my-key"), {"openpgp_key": mira.certificate})

    browser = browser_of(other)
    browser.post(reverse("my-key-remove"))

    assert kept() == {member.pk: mira.fingerprint}
    assert mira.fingerprint[:4] not in browser.get(reverse("my-key")).content.decode()
    with acting_as(factories.looking(other)):
        assert PersonalKey.objects.count() == 0

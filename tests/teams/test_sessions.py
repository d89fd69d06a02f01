from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.demo.cast import CAST, Who
from reports import tasks
from teams.enums import Sign
from teams.models import Evidence, Maintainership, SecurityTeamMembership, User
from tests import factories
from tests.people import with_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = timezone.now()


@pytest.fixture
def person() -> User:
    user: User = factories.UserFactory.create(github_id=CAST[Who.USER].github_id)
    return user


def browser() -> Client:
    """Somebody has just signed in with it."""
    client = Client(headers={"User-Agent": "a browser"})
    client.post(reverse("demo-sign-in", args=["user"]))
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code == HTTPStatus.OK


@pytest.mark.usefixtures("person")
def test_people_see_where_they_are_signed_in_and_end_the_others_at_once() -> None:
    here, elsewhere = browser(), browser()

    listed = here.get(reverse("usersessions_list")).content.decode()
    here.post(reverse("usersessions_list"))

    assert listed.count("a browser") == 2
    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)
    assert UserSession.objects.count() == 1


@pytest.mark.usefixtures("person")
def test_nobody_ends_somebody_elses_sessions() -> None:
    theirs = browser()
    other = Client()
    other.force_login(factories.UserFactory.create())

    other.post(reverse("usersessions_list"))

    assert is_signed_in(theirs)


@pytest.mark.usefixtures("person")
def test_signing_out_takes_a_post_and_ends_the_session_on_the_server() -> None:
    client = browser()
    cookie = client.cookies["session"].value

    client.get(reverse("account_logout"))
    after_looking = is_signed_in(client)
    client.post(reverse("account_logout"))
    client.cookies["session"] = cookie

    assert after_looking
    assert not is_signed_in(client)


@pytest.mark.usefixtures("person")
def test_a_session_without_visits_ends_after_two_hours() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser()
        clock.shift(timedelta(minutes=119))
        visited = is_signed_in(client)
        clock.shift(timedelta(minutes=119))
        visited_again = is_signed_in(client)
        clock.shift(timedelta(minutes=121))
        too_late = is_signed_in(client)

    assert (visited, visited_again, too_late) == (True, True, False)


@pytest.mark.usefixtures("person")
def test_a_session_ends_after_twelve_hours_however_busy() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser()
        seen = []
        for _ in range(13):
            clock.shift(timedelta(hours=1, seconds=-10))
            seen.append(is_signed_in(client))
        clock.shift(timedelta(minutes=5))

    assert seen == [True] * 12 + [False]


def test_an_administrators_session_ends_after_half_an_hour_without_visits(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_administrator=True)

    with time_machine.travel(NOW, tick=False) as clock:
        client = browser()
        clock.shift(timedelta(minutes=29))
        visited = is_signed_in(client)
        clock.shift(timedelta(minutes=31))
        too_late = is_signed_in(client)

    assert (visited, too_late) == (True, False)


def test_leaving_the_team_later_on_ends_the_sessions_then(person: User) -> None:
    project = factories.ProjectFactory.create()
    Maintainership.objects.create(user=person, project=project, since=factories.LONG_AGO, reason="Maintains it.")
    Evidence.objects.create(user=person, project=project, sign=Sign.CONFIRMED, reason="Maintains it.")
    membership = SecurityTeamMembership.objects.create(user=person, since=factories.LONG_AGO, reason="Joined.")
    with time_machine.travel(NOW, tick=False) as clock:
        client, bystander = browser(), Client()
        bystander.force_login(factories.member())
        membership.until = NOW + timedelta(minutes=10)
        membership.save()
        clock.shift(timedelta(minutes=9))
        tasks.sweep()
        still_there = is_signed_in(client)
        clock.shift(timedelta(minutes=1))
        tasks.sweep()
        ended = is_signed_in(client)
        again = browser()
        tasks.sweep()

        assert (still_there, ended, is_signed_in(again), is_signed_in(bystander)) == (True, False, True, True)


def test_joining_the_team_ends_the_sessions_of_before(person: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser()
        clock.shift(timedelta(minutes=1))
        SecurityTeamMembership.objects.create(user=person, since=timezone.now(), reason="Joined.")

        tasks.sweep()

        assert not is_signed_in(client)


@pytest.mark.usefixtures("person")
def test_whoever_was_away_for_too_long_gets_back_what_they_typed() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client = browser()
        clock.shift(timedelta(hours=3))
        answer = client.post(reverse("preferences"), {"email": "typed@example.org"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "typed@example.org" in answer.content.decode()


def test_a_changed_second_factor_ends_the_other_sessions(person: User) -> None:
    with_second_factor(person)
    here, elsewhere = browser(), browser()

    here.post(reverse("mfa_deactivate_totp"))

    assert (is_signed_in(here), is_signed_in(elsewhere)) == (True, False)

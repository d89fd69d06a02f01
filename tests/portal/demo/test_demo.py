from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.demo import mailbox, second_factor
from portal.demo.cast import CAST, Who
from portal.demo.sample.people import settle
from teams.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]


@pytest.fixture
def people() -> dict[str, User]:
    return settle(now=factories.LONG_AGO)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("who", Who)
@pytest.mark.parametrize("method", ["get", "post"])
def test_one_click_signs_in_as_each_of_the_cast_with_all_that_their_role_asks_for(who: Who, method: str) -> None:
    client = Client()

    answer = getattr(client, method)(reverse("demo-sign-in", args=[who]))
    there = client.get(answer.headers["Location"])

    assert client.session["_auth_user_id"] == str(User.objects.get(github_id=CAST[who].github_id).pk)
    assert there.status_code == HTTPStatus.OK


@pytest.mark.usefixtures("people")
def test_the_next_click_makes_somebody_else_of_the_same_browser() -> None:
    client = Client()
    client.get(reverse("demo-sign-in", args=["lead"]))
    before = client.session.session_key

    client.get(reverse("demo-sign-in", args=["user"]))

    assert client.session.session_key != before
    assert client.get(reverse("demo-sign-in", args=["member"]) + "?next=/team/").headers["Location"] == "/team/"


@pytest.mark.parametrize("who", ["nobody", "lead"])
def test_whoever_is_not_there_cannot_be_signed_in_as(who: str) -> None:
    assert Client().get(reverse("demo-sign-in", args=[who])).status_code == HTTPStatus.NOT_FOUND


def test_the_page_lists_the_cast_and_the_codes_of_their_apps(people: dict[str, User]) -> None:
    page = Client().get(reverse("demo")).content.decode()

    codes = second_factor.current_codes()
    assert all(reverse("demo-sign-in", args=[who]) in page for who in Who)
    assert len(codes) == len(people) - 1
    assert all(code in page for code in codes.values())


def test_without_the_sample_the_page_says_how_to_load_it() -> None:
    assert "sample_organisation" in Client().get(reverse("demo")).content.decode()


def send(folder: Path, subject: str, text: str) -> None:
    mail = EmailMultiAlternatives(subject, text, "portal@example.org", ["reader@example.net"])
    mail.attach_alternative("<p>HTML</p>", "text/html")
    EmailBackend(file_path=str(folder)).send_messages([mail])


def test_the_mailbox_shows_what_was_mailed_newest_first(tmp_path: Path, settings: Settings) -> None:
    settings.VAR = tmp_path
    send(tmp_path / "mail", "First", "Grüße\n\nhttps://portal.example/r/abc/")
    send(tmp_path / "mail", "Second <b>", "Nothing")

    page = Client().get(reverse("demo-mailbox")).content.decode()

    assert page.index("Second &lt;b&gt;") < page.index("First")
    assert "Grüße" in page
    assert '<a href="https://portal.example/r/abc/"' in page
    assert "HTML" not in page


def test_an_empty_mailbox_says_so(tmp_path: Path, settings: Settings) -> None:
    settings.VAR = tmp_path

    assert "No mail yet" in Client().get(reverse("demo-mailbox")).content.decode()


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x00\xff\n\n", b"Date: nonsense\n\nx", b"Content-Type: text/plain; charset=x\n\n\xff"]
)
def test_a_broken_file_is_no_obstacle(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "broken.log").write_bytes(rubbish)

    assert len(mailbox.newest(tmp_path)) <= 1

"""Delivery to a real mail server in all its moods."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports import delivery, tasks
from reports.enums import NoticeState
from reports.models import Notification
from tests import factories, smtp
from tests.smtp import Letterbox

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
LATER = timedelta(minutes=2)
"""More than the first delay."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def box(settings: Settings) -> Iterator[Letterbox]:
    with smtp.letterbox() as letterbox:
        settings.MAILERS = {"default": {"OPTIONS": letterbox.options}}
        yield letterbox


def receipt_to(address: str) -> int:
    receipt = factories.receipt(token=str(uuid.uuid4()), email=address)
    with acting_as(SYSTEM):
        return Notification.objects.get(reporter__pk=receipt.reporter.pk).pk


def outcome(number: int) -> tuple[str, int, str]:
    with acting_as(SYSTEM):
        notice = Notification.objects.get(pk=number)
    return notice.state, notice.attempts, notice.error


def test_a_server_that_was_away_gets_the_mail_when_it_is_back(
    settings: Settings, clock: time_machine.Traveller, box: Letterbox
) -> None:
    number = receipt_to("a@example.net")
    settings.MAILERS = {"default": {"OPTIONS": {**box.options, "port": smtp.free_port()}}}

    tasks.deliver(number)
    meanwhile = outcome(number)
    settings.MAILERS = {"default": {"OPTIONS": box.options}}
    tasks.deliver(number)
    too_early = len(box.letters)
    clock.shift(LATER)
    tasks.deliver(number)

    assert meanwhile == (NoticeState.PENDING, 1, "The mail server cannot be reached: ConnectionRefusedError.")
    assert (too_early, len(box.letters)) == (0, 1)
    assert outcome(number) == (NoticeState.SENT, 2, "")


def test_greylisting_delays_a_mail_and_nothing_else(clock: time_machine.Traveller, box: Letterbox) -> None:
    numbers = [receipt_to("a@example.net"), receipt_to("b@example.net")]
    box.answers = ["451 4.7.1 Come back later"]

    tasks.deliver(*numbers)
    clock.shift(LATER)
    tasks.deliver(*numbers)

    assert [str(letter["To"]) for letter in box.letters] == ["b@example.net", "a@example.net"]


def test_an_address_that_does_not_exist_is_given_up_at_once(clock: time_machine.Traveller, box: Letterbox) -> None:
    number = receipt_to("a@example.net")
    box.refused = {"a@example.net": "550 5.1.1 <a@example.net> unknown: quoting Robin Reporter"}

    tasks.deliver(number)
    clock.shift(LATER)
    tasks.deliver(number)

    assert outcome(number) == (NoticeState.FAILED, 1, "The mail server refuses it: 550 5.1.1.")


def test_a_server_that_stays_away_is_given_up_after_the_last_attempt(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": smtp.free_port(), "timeout": 1}}}
    number = receipt_to("a@example.net")

    for _ in range(delivery.MAX_ATTEMPTS + 1):
        tasks.deliver(number)
        clock.shift(timedelta(hours=1))

    state, attempts, _ = outcome(number)
    assert (state, attempts) == (NoticeState.FAILED, delivery.MAX_ATTEMPTS)


def test_an_answer_lost_after_the_text_repeats_the_very_same_mail(
    clock: time_machine.Traveller, box: Letterbox
) -> None:
    number = receipt_to("a@example.net")
    box.hangs_up = 1

    tasks.deliver(number)
    clock.shift(LATER)
    tasks.deliver(number)

    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert [part.get_payload() for part in first.walk()][1:] == [part.get_payload() for part in second.walk()][1:]
    assert outcome(number)[0] == NoticeState.SENT


def test_a_worker_that_slept_past_its_lease_changes_nothing_any_more(box: Letterbox) -> None:
    number = receipt_to("a@example.net")
    slow = delivery.claim(number, now=NOON)
    assert slow is not None

    def woken() -> datetime:
        return slow.until

    delivery.attempt(slow, clock=woken)

    assert box.letters == []
    assert outcome(number)[0] == NoticeState.PENDING


@pytest.mark.parametrize(
    "words",
    [
        "Robin\r\nBcc: all@example.org",
        "Robin\nContent-Type: text/html\n\n<script>alert(1)</script>",
        "=?utf-8?q?=0D=0ABcc:_all=40example.org?=",
        '"Robin" <all@example.org>, ',
        "\u202enibor",
        "<b>Robin</b>",
    ],
)
def test_no_name_and_no_title_reaches_a_mail(box: Letterbox, words: str) -> None:
    factories.member(email="member@example.org", name=words.replace("\r", "").replace("\n", " "))
    factories.receipt(email="a@example.net", name=words, summary=words)
    with acting_as(SYSTEM):
        numbers = list(Notification.objects.values_list("pk", flat=True))

    tasks.deliver(*numbers)

    assert sorted(str(letter["To"]) for letter in box.letters) == ["a@example.net", "member@example.org"]
    for letter in box.letters:
        assert letter["Bcc"] is None
        assert [part.get_content_type() for part in letter.walk()][1:] == ["text/plain", "text/html"]
        said = letter.as_string()
        assert [word for word in ("obin", "nibor", "all@example.org", "script") if word in said] == []

from collections.abc import Iterator
from email.header import decode_header, make_header

import pytest
from pytest_django.fixtures import Settings

from portal import mail
from portal.mail import Mail, Never, NotNow
from tests import smtp
from tests.smtp import Letterbox


@pytest.fixture
def box(settings: Settings) -> Iterator[Letterbox]:
    with smtp.letterbox() as letterbox:
        settings.MAILERS = {"default": {"OPTIONS": letterbox.options}}
        yield letterbox


HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted",
    "X-Auto-Response-Suppress",
}  # fmt: skip


def a_mail(*, to: str = "somebody@example.org", subject: str = "There is news") -> Mail:
    return Mail(to=to, subject=subject, text="Hello", html="<p>Hello</p>", message_id="<1@example.org>")


def test_a_mail_says_that_a_machine_wrote_it_and_where_answers_go(box: Letterbox) -> None:
    mail.send(a_mail())

    [letter] = box.letters
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter["Reply-To"] == "security@wasmcloud.com"
    assert letter["Message-ID"] == "<1@example.org>"
    assert letter["Precedence"] is None
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(
    "subject",
    [
        "News\r\nBcc: all@example.org",
        "News\nX: y",
        "News\0",
        "News\x0b\u2028Bcc: x",
        "\ud800News",
        "News\r\n\r\n<script>alert(1)</script>",
        "News\r Bcc: all@example.org",
        "News\x85Bcc: all@example.org",
        "News =?utf-8?q?=0D=0ABcc:_all=40example.org?=",
        "News =?utf-8?b?DQpCY2M6IGFsbEBleGFtcGxlLm9yZw==?=",
        "News " + "\u00e4" * 900 + "\nBcc: all@example.org",
    ],
)
def test_nothing_can_begin_a_header_of_its_own(box: Letterbox, subject: str) -> None:
    mail.send(a_mail(subject=subject))

    [letter] = box.letters
    assert letter["Bcc"] is None
    assert letter["X"] is None
    assert {*letter.keys()} == HEADERS
    assert str(make_header(decode_header(letter["Subject"]))).startswith("News")


@pytest.mark.parametrize(
    "to", ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "@", "ü@example.org"]
)
def test_an_address_that_is_none_or_several_is_never_tried_again(box: Letterbox, to: str) -> None:
    with pytest.raises(Never):
        mail.send(a_mail(to=to))

    assert box.letters == []


def test_a_server_that_is_away_may_be_back_later(settings: Settings) -> None:
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": smtp.free_port(), "timeout": 2}}}

    with pytest.raises(NotNow, match=r"^The mail server cannot be reached: ConnectionRefusedError\.$"):
        mail.send(a_mail())


def test_a_server_that_asks_to_wait_takes_it_the_next_time(box: Letterbox) -> None:
    box.answers = ["451 4.7.1 Greylisted, come back"]

    with pytest.raises(NotNow, match=r"^The mail server did not take it: 451 4\.7\.1\.$"):
        mail.send(a_mail())
    mail.send(a_mail())

    assert len(box.letters) == 1


def test_a_refusal_for_good_keeps_codes_and_no_words(box: Letterbox) -> None:
    box.refused = {"somebody@example.org": "550 5.1.1 somebody@example.org said: your secret"}

    with pytest.raises(Never) as refusal:
        mail.send(a_mail())

    assert refusal.value.reason == "The mail server refuses it: 550 5.1.1."


def test_a_server_that_is_too_slow_is_tried_again(box: Letterbox, settings: Settings) -> None:
    box.slow_by = 1.0
    settings.MAILERS = {"default": {"OPTIONS": {**box.options, "timeout": 0.2}}}

    with pytest.raises(NotNow):
        mail.send(a_mail())


def test_a_connection_lost_after_the_text_is_tried_again_under_the_same_message_id(box: Letterbox) -> None:
    box.hangs_up = 1

    with pytest.raises(NotNow):
        mail.send(a_mail())
    mail.send(a_mail())

    assert box.facts == ["<1@example.org>"] * 2


def test_a_message_id_belongs_to_its_name_and_gives_nothing_away() -> None:
    first, again, other = (mail.message_id("notice", name) for name in ("1", "1", "2"))

    assert first == again != other
    assert first.startswith("<notice.")
    assert first.endswith("@localhost>")

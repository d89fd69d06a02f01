"""A view breaks with a report in hand: what the log, the page and a mail about it then say."""

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus

import pytest
from django.core import mail
from django.utils.log import AdminEmailHandler
from pytest_django.fixtures import Settings

from tests import factories
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.sample_urls")]

CANARY = "Kolibri"


@dataclass
class Told:
    """`log` is what the configured handler has written."""

    log: io.StringIO = field(default_factory=io.StringIO)


@pytest.fixture
def told(settings: Settings) -> Iterator[Told]:
    """An operator has also added Django's mails about errors, with all that these can show."""
    settings.ADMINS = ["operator@example.org"]
    told, mails = Told(), AdminEmailHandler(include_html=True)
    logger = logging.getLogger("django")
    ours = next(handler for handler in logger.handlers if type(handler) is logging.StreamHandler)
    stream = ours.setStream(told.log)
    logger.addHandler(mails)
    yield told
    logger.removeHandler(mails)
    ours.setStream(stream)


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_breaks_with_a_report_in_hand_tells_nobody_what_it_says(told: Told, method: str) -> None:
    report = factories.receipt(summary=f"Summary {CANARY}", description=f"Description {CANARY}").report
    browser = browser_of(factories.member())
    browser.raise_request_exception = False

    answer = getattr(browser, method)(f"/breaks/{report.reference}/", {"text": f"Typed {CANARY}"})

    letters = "".join(str(letter.message()) for letter in mail.outbox)
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "ValueError" in told.log.getvalue()
    assert "ValueError" in letters
    assert [CANARY in text for text in (answer.content.decode(), told.log.getvalue(), letters)] == [False] * 3

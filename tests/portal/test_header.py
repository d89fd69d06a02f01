"""The header says where one is."""

import re

import pytest
from django.test import Client

from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db

CURRENT = re.compile(r'<a href="([^"]*)" aria-current="(page|true)">')


def marked(browser: Client, path: str) -> list[tuple[str, str]]:
    header = browser.get(path).content.decode().partition("</header>")[0]
    return CURRENT.findall(header)


def test_a_page_marks_its_own_link_and_the_one_that_it_lies_under() -> None:
    report = factories.receipt().report
    browser = browser_of(factories.member())

    assert marked(browser, "/reports/") == [("/reports/", "page")]
    assert marked(browser, f"/reports/{report.reference}/sharing/") == [("/reports/", "true")]
    assert marked(browser, "/team/history/") == [("/team/", "true")]
    assert marked(browser, "/cve/") == [("/obligations/", "true")]
    assert marked(browser, "/me/") == []


def test_a_stranger_sees_it_too() -> None:
    assert marked(Client(), "/report/new/") == [("/report/", "true")]
    assert marked(Client(), "/advisories/acknowledgements/") == [("/advisories/", "true")]

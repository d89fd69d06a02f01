"""Random words stand in all that people write on a report. Then they are looked for on every page of everybody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.test import Client

from reports.keyset import Sort
from tests import database
from tests.canaries import COMMON_WORD, Canaries, planted
from tests.cast import STRANGERS, Stage, Who
from tests.places import PLACES, address, asked

pytestmark = [pytest.mark.urls("tests.demo_urls"), pytest.mark.clause("P8")]


NAMES_THEM = {"admin:reports_reporter_change"}
"""Opening it is asking: it takes the second factor, and stands in the history."""


@dataclass
class Garden:
    """A report full of canaries, and each page that somebody was shown: nobody is shown one twice."""

    canaries: Canaries
    stage: Stage
    browsers: dict[Who, Client] = field(default_factory=dict)
    shown: dict[tuple[Who, str], str] = field(default_factory=dict)

    def page(self, who: Who, where: str) -> str:
        if (who, where) not in self.shown:
            if who not in self.browsers:
                self.browsers[who] = self.stage.browser(who)
            answer = asked(self.browsers[who], "GET", where)
            self.shown[who, where] = f"{answer.headers} {answer.getvalue().decode('utf-8', 'replace')}"
        return self.shown[who, where]

    def birds(self, who: Who, where: str) -> list[str]:
        return self.canaries.found_in(self.page(who, where))


@pytest.fixture(scope="module")
def garden(django_db_setup: database.Clone) -> Iterator[Garden]:
    """Planted once for the tests of this file, which only look."""
    del django_db_setup
    with transaction.atomic():
        canaries = Canaries()
        yield Garden(canaries, planted(canaries))
        transaction.set_rollback(True)


@pytest.mark.parametrize("who", STRANGERS)
def test_no_stranger_is_shown_a_word_of_it_anywhere(garden: Garden, who: Who) -> None:
    asking = [address(name, garden.stage) for name in PLACES if name not in {"demo-mailbox", "account_logout"}]
    asking += [
        f"/reports/?q={COMMON_WORD}",
        *(f"/reports/?state=any&sort={sort}" for sort in Sort.values),
        "/reports/?state=closed&reason=withdrawn",
        "/admin/reports/report/?q=WSC",
        "/admin/reports/reportevent/?o=-1",
        f"/admin/reports/reporter/?q={COMMON_WORD}",
    ]

    shown = {where: garden.birds(who, where) for where in asking}

    assert {where: birds for where, birds in shown.items() if birds} == {}


def test_everybody_who_may_see_some_of_it_sees_only_that(garden: Garden) -> None:
    place = f"/reports/{garden.stage.report.reference}/"
    wheres = [address(name, garden.stage) for name in PLACES if name != "demo-mailbox"]
    wheres += [f"{place}?part={part}" for part in ("notes", "activity", "files", "original", "access")]

    seen = {
        who: {bird for where in wheres for bird in garden.birds(who, where)}
        for who in (Who.MEMBER, Who.PATCH_TEAM, Who.REPORTER, Who.CO_REPORTER)
    }

    words, identity, note = garden.canaries.words, garden.canaries.identity, garden.canaries.note
    assert seen == {
        Who.MEMBER: {words, identity, note},
        Who.PATCH_TEAM: {words, note},
        Who.REPORTER: {words, identity},
        Who.CO_REPORTER: {words},
    }


@pytest.mark.clause("P12")
def test_no_page_names_the_reporter_to_a_member_who_has_not_asked(garden: Garden) -> None:
    places = {name: garden.page(Who.MEMBER, address(name, garden.stage)) for name in PLACES if name != "demo-mailbox"}

    assert {name for name, page in places.items() if garden.canaries.identity in page.casefold()} == NAMES_THEM


@pytest.mark.parametrize("who", [Who.MEMBER, Who.PATCH_TEAM, Who.REPORTER])
def test_no_title_of_a_page_says_what_a_report_says(garden: Garden, who: Who) -> None:
    """Titles stand in histories, in windows that are shared, and in the lists of assistants."""
    titles = {where: _title(garden.page(who, where)) for where in (address(name, garden.stage) for name in PLACES)}

    assert {where: title for where, title in titles.items() if garden.canaries.found_in(title)} == {}


def _title(page: str) -> str:
    found = re.search("<title>(.*?)</title>", page, re.DOTALL)
    return found[1] if found else ""

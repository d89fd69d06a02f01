"""Which views ask for the second factor again: a view that could do harm and does not ask fails here (AUT-02)."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

import pytest
from django.urls import resolve, reverse

from teams.confirmation import Asked
from tests import cast, database
from tests.access_matrix import ADMINISTRATION
from tests.cast import Who
from tests.people import browser_of
from tests.places import OUR_PLACES, address

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

CONFIRMED: Final = {
    "report-reveal": Asked.ALWAYS,
    "report-finder": Asked.ALWAYS,
    "report-case-file": Asked.ALWAYS,
    "mail-source": Asked.ALWAYS,
    "report-sharing": Asked.TO_CHANGE,
    "report-make-public": Asked.TO_CHANGE,
    "report-patch-team": Asked.TO_CHANGE,
    "report-cve-act": Asked.TO_CHANGE,
    "report-cve-spread": Asked.ALWAYS,
    "report-advisory-approve": Asked.ALWAYS,
    "report-start-day": Asked.ALWAYS,
    "report-prepare-day": Asked.ALWAYS,
    "report-go-on": Asked.ALWAYS,
    "report-adopt": Asked.ALWAYS,
    "report-adopt-none": Asked.ALWAYS,
    "report-judge-release": Asked.ALWAYS,
    "report-publish-changes": Asked.ALWAYS,
    "report-publish-again": Asked.ALWAYS,
    "report-lift-recusal": Asked.ALWAYS,
    "report-lift-restriction": Asked.ALWAYS,
    "report-exceptions": Asked.TO_CHANGE,
    "report-heads-up": Asked.TO_CHANGE,
    "report-agree-exception": Asked.ALWAYS,
    "report-withdraw-advisory": Asked.TO_CHANGE,
    "report-agree-withdrawal": Asked.ALWAYS,
    "break-glass": Asked.ALWAYS,
    "preferences": Asked.TO_CHANGE,
    "join": Asked.TO_CHANGE,
    "my-key": Asked.TO_CHANGE,
    "my-key-remove": Asked.ALWAYS,
    "confirm-maintainer": Asked.TO_CHANGE,
    "answer-appeal": Asked.ALWAYS,
    "decide-sync": Asked.ALWAYS,
}
"""Every view of ours that asks. The administration asks on each of its pages."""
DANGEROUS: Final = re.compile(
    r"reveal|shar|grant|revoke|glass|export|case|download|everything|restrict|recus|token|forget"
    r"|publi|start|prepare|go-on|adopt|judge|approve|agree|spread|cve-act"
)
"""What a view's name would say that widens a report's circle, takes it out as a whole, destroys or publishes it."""
HARMLESS: Final = {
    "report-revoke": "It shuts somebody out, which must be quick.",
    "report-end-links": "The same.",
    "report-recuse": "The same.",
    "report-restrict": "The same.",
    "track-make-public": "The reporter agrees or not, and has no account.",
    "track-everything": "The reporter takes with them what they themselves sent and were told, and has no account.",
    "mfa_download_recovery_codes": "allauth asks itself, as tests/teams/test_second_factor.py shows.",
    "mfa_generate_recovery_codes": "The same.",
    "sandbox-access-token": "The demo's stand-in for GitHub.",
}
ENTERED_WITHOUT: Final = {"admin:login", "admin:logout"}
"""They show nothing and lead elsewhere."""


@pytest.fixture(scope="module")
def stage(django_db_setup: database.Clone) -> Iterator[cast.Stage]:
    del django_db_setup
    with cast.standing() as stage:
        yield stage


def mark_of(name: str, stage: cast.Stage) -> Asked | None:
    return getattr(resolve(address(name, stage)).func, "confirmed", None)


def test_the_table_names_each_view_that_asks_and_no_other(stage: cast.Stage) -> None:
    marked = {name: mark for name in OUR_PLACES if not name.startswith("admin") and (mark := mark_of(name, stage))}

    assert marked == CONFIRMED


def test_no_view_whose_name_sounds_dangerous_forgets_to_ask() -> None:
    sounding = {name for name in OUR_PLACES if not name.startswith("admin") and DANGEROUS.search(name)}

    assert sounding - CONFIRMED.keys() - HARMLESS.keys() == set()


@pytest.mark.parametrize("name", [*CONFIRMED])
def test_whoever_showed_no_second_factor_lately_is_asked_first(stage: cast.Stage, name: str) -> None:
    browser = browser_of(stage.people[Who.MEMBER], confirmed_ago=16 * 60)

    asked = browser.post(address(name, stage), {"email": "new@example.org", "delivery": "daily"})

    assert asked.status_code == HTTPStatus.FOUND
    assert asked.headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_a_page_that_asks_to_change_may_be_read_without(stage: cast.Stage) -> None:
    browser = browser_of(stage.people[Who.MEMBER], confirmed_ago=None)

    assert browser.get(reverse("preferences")).status_code == HTTPStatus.OK


@pytest.mark.parametrize("reference", ["WSC-0000-0000", ""])
def test_a_report_that_is_not_there_asks_as_one_that_is(stage: cast.Stage, reference: str) -> None:
    browser = browser_of(stage.people[Who.RECUSED], confirmed_ago=None)

    asked = browser.post(address("report-reveal", stage, reference=reference))

    assert asked.headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_each_page_of_the_administration_asks(stage: cast.Stage) -> None:
    browser = browser_of(stage.people[Who.ADMINISTRATOR], confirmed_ago=16 * 60)
    places = [name for name in ADMINISTRATION if name not in ENTERED_WITHOUT]

    let_in = [name for name in places if browser.get(address(name, stage)).status_code == HTTPStatus.OK]

    assert let_in == []

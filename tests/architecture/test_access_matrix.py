"""Every address for everybody: who gets which answer. Row-level security is on, as in every test."""

import re
from http import HTTPStatus

import pytest
from django.http import HttpResponseBase
from pytest_django.fixtures import Settings

from tests import cast
from tests.access_matrix import ADMINISTRATION, DEMO, OURS
from tests.cast import Stage, Who
from tests.places import OUR_PLACES, PLACES, address, asked

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NEVER_EXISTED = "WSC-0000-0000"
NO_SUCH_ID = 987_654_321
STRANGERS = (
    Who.ANONYMOUS,
    Who.OTHER_REPORTER,
    Who.RECUSED,
    Who.MAINTAINER,
    Who.PLAIN,
    Who.ADMINISTRATOR,
)
FRESH_EACH_TIME = re.compile(rb'(name="csrfmiddlewaretoken" value|name="submission" value|nonce)="[^"]*"')


OF_A_REPORT = [name for name, route in PLACES.items() if ":reference>" in route]


@pytest.fixture
def stage(settings: Settings) -> Stage:
    """The administrator is one whom the installation names for emergencies, and breaks no glass."""
    built = cast.build()
    settings.BREAK_GLASS_GITHUB_IDS = [built.people[Who.ADMINISTRATOR].github_id]
    return built


def whole(answer: HttpResponseBase, *, reference: str) -> tuple[int, str, bytes]:
    """What a stranger can tell answers apart by: status, where it leads, and each byte that is not new every time."""
    content = FRESH_EACH_TIME.sub(b"", answer.getvalue())
    leads_to = answer.headers.get("Location", "").replace(reference, "REFERENCE")
    return answer.status_code, leads_to, content.replace(reference.encode(), b"REFERENCE")


def test_the_matrix_names_each_address_and_none_that_is_gone() -> None:
    assert {**OURS, **ADMINISTRATION}.keys() == OUR_PLACES.keys()
    assert DEMO.keys() == PLACES.keys() - OUR_PLACES.keys()


@pytest.mark.parametrize("who", Who)
@pytest.mark.clause("P8")
def test_everybody_gets_the_answer_that_the_matrix_says(stage: Stage, who: Who) -> None:
    column = list(Who).index(who)
    said = {
        (method, name): int(statuses if len(statuses) == 3 else statuses.split()[column])
        for name, row in {**OURS, **ADMINISTRATION, **DEMO}.items()
        for method, statuses in zip(("GET", "POST"), row, strict=True)
    }
    browser = stage.browser(who)

    got = {(method, name): asked(browser, method, address(name, stage)).status_code for method, name in said}

    assert got == said


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.clause("P8")
def test_what_one_may_not_read_looks_as_if_it_had_never_existed(stage: Stage, who: Who) -> None:
    browser, real = stage.browser(who), stage.report.reference
    more = ("HEAD", "OPTIONS", "PUT") if who in {Who.RECUSED, Who.OTHER_REPORTER} else ()
    told_apart = []

    for name in OF_A_REPORT:
        there, nowhere = (address(name, stage, reference=each) for each in (real, NEVER_EXISTED))
        for method in ("GET", "POST", *more):
            for ending in ("/", "") if method == "GET" else ("/",):
                first = asked(browser, method, there.removesuffix("/") + ending)
                second = asked(browser, method, nowhere.removesuffix("/") + ending)
                if whole(first, reference=real) != whole(second, reference=NEVER_EXISTED):
                    told_apart.append(f"{method} {there.removesuffix('/')}{ending}")

    assert told_apart == []


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (Who.PATCH_TEAM, ("report-file", "report-picture")),
        (Who.REPORTER, ("track-file", "track-picture")),
    ],
)
@pytest.mark.clause("P8")
def test_a_file_of_another_report_is_none_of_this_one(stage: Stage, who: Who, names: tuple[str, str]) -> None:
    browser, real = stage.browser(who), stage.report.reference

    for name in names:
        own = asked(browser, "GET", address(name, stage))
        others = asked(browser, "GET", address(name, stage, pk=stage.other_file.pk))
        none = asked(browser, "GET", address(name, stage, pk=NO_SUCH_ID))

        assert own.status_code == HTTPStatus.OK
        assert others.status_code == HTTPStatus.NOT_FOUND
        assert whole(others, reference=real) == whole(none, reference=real)

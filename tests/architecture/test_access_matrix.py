"""Every address for everybody: who gets which answer. Row-level security is on, as in every test."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.viewer import SYSTEM, acting_as
from reports.models import Report
from teams.models import Maintainership, Project, SecurityTeamMembership, User
from tests import cast
from tests.access_matrix import ADMINISTRATION, DEMO, OURS
from tests.cast import Stage, Who

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


def walk(resolver: URLResolver, *, spaces: tuple[str, ...] = (), route: str = "") -> Iterator[tuple[str, str]]:
    """The name and the route of every address; the route alone where it has no name."""
    for pattern in resolver.url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern, spaces=inner, route=whole)
        else:
            assert isinstance(pattern, URLPattern)
            yield (":".join((*spaces, pattern.name)) if pattern.name else whole), whole


OUR_PLACES = dict(walk(get_resolver("portal.urls")))
PLACES = dict(walk(get_resolver("tests.demo_urls")))
OF_A_REPORT = [name for name, route in PLACES.items() if ":reference>" in route]


@pytest.fixture
def stage() -> Stage:
    return cast.build()


def address(name: str, stage: Stage, *, reference: str = "", pk: int = 0) -> str:
    """Where `name` is, for the report on the stage unless told otherwise."""
    own = stage.view.pk if name.endswith("-view") else stage.file.pk
    values = {
        "reference": reference or stage.report.reference,
        "key": stage.receipt.key,
        "step": "acknowledge",
        "who": "member",
        "pk": pk or own,
        "object_id": _row_of(name, stage),
        "content_type_id": 1,
        "app_label": "reports",
    }
    route = PLACES[name]
    if name == route:  # the administration's catch-all, and its older addresses of rows
        return f"/{route.replace('<path:object_id>', str(values['object_id'])).replace('(?P<url>.*)$', 'nowhere')}"
    needed = re.findall(r"<(?:\w+:)?(\w+)>", route)
    return reverse(name, kwargs={parameter: values[parameter] for parameter in needed})


def _row_of(name: str, stage: Stage) -> int:
    """Which row the administration is asked for: one of the report on the stage, or of the patch-team member."""
    patcher = stage.people[Who.PATCH_TEAM]
    found = re.search(r"(teams|reports)[_/](\w+?)(?:_\w+|/.*)?$", name)
    if found is None:
        return 0
    match apps.get_model(found[1], found[2]):
        case model if model is User:
            return patcher.pk
        case model if model is Project:
            return patcher.maintainerships.get().project_id
        case model if model is SecurityTeamMembership:
            return stage.people[Who.MEMBER].security_team_memberships.get().pk
        case model if model is Report:
            return stage.report.pk
        case model:
            mine = {"user": patcher} if model is Maintainership else {"report": stage.report}
            with acting_as(SYSTEM):
                return int(model._default_manager.filter(**mine)[0].pk)  # noqa: SLF001 - Django's way to any model


def asked(browser: Client, method: str, where: str) -> HttpResponseBase:
    """The answer; afterwards all is as it was."""
    before = {name: morsel.value for name, morsel in browser.cookies.items()}
    with transaction.atomic():
        answer = browser.generic(method, where)
        answer.getvalue()
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.load(before)
    return answer


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

"""A report that one may not read changes not a byte of what one can fetch: no figure, no facet, no badge (AZ-04)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import TestCase
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.models import Recusal, Report
from teams.models import Project
from tests import cast, factories
from tests.cast import Stage, Who
from tests.places import OUR_PLACES, address, asked, whole

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls"), pytest.mark.clause("P8")]

WORD = "quokka"
QUERIES = (
    f"q={WORD}",
    f"q={WORD}&state=any",
    "q=path+traversal",
    "state=any",
    "state=received",
    "sort=newest",
    "sort=oldest&state=any",
    "sort=changed",
    "overdue=on",
    "coordinator=nobody&severity=none",
)
LISTS = ("report", "reporter", "grant", "recusal", "clock", "notification", "reportevent", "affectedproject")
OF_NO_REPORT = {"account_logout", "mfa_activate_totp", "mfa_add_webauthn"}
"""What ends a session, or draws a secret anew each time."""
CURIOUS = (Who.ANONYMOUS, Who.OTHER_REPORTER, Who.RECUSED, Who.ADMINISTRATOR, Who.FORMER, Who.EXPIRED)
"""A stranger of each kind that has pages of its own to look at."""


@pytest.fixture
def stage() -> Iterator[Stage]:
    """At a moment that does not pass, so that no page says that a minute has."""
    with time_machine.travel(timezone.now(), tick=False):
        stage = cast.build()
        _work(stage)
        yield stage


def _work(stage: Stage) -> None:
    """What the worker does in the background, figures included."""
    del stage
    with TestCase.captureOnCommitCallbacks(execute=True):
        for task in (tasks.sweep, tasks.tidy, tasks.figures):
            task()


def _another_report(stage: Stage) -> Report:
    """Long overdue, so that it counts in every figure; the member who may not read it is walled off from it."""
    project = Project.objects.order_by("pk")[0]
    long_ago = timezone.now() - timedelta(days=60)
    with TestCase.captureOnCommitCallbacks(execute=True):
        report = factories.receipt(long_ago, summary=f"Path traversal {WORD}", projects=[project]).report
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=stage.people[Who.RECUSED])
    _work(stage)
    return report


def _wheres(stage: Stage) -> Iterator[str]:
    of_one_report = {name for name, route in OUR_PLACES.items() if ":reference>" in route or "object_id>" in route}
    yield from (address(name, stage) for name in OUR_PLACES.keys() - of_one_report - OF_NO_REPORT)
    yield from (f"/reports/?{query}" for query in QUERIES)
    yield from (f"/admin/reports/{model}/?q=WSC" for model in LISTS)
    yield f"/admin/reports/report/?q={WORD}"


@pytest.mark.parametrize("who", CURIOUS)
def test_a_report_that_one_may_not_read_changes_nothing_that_one_sees(stage: Stage, who: Who) -> None:
    browser, wheres = stage.browser(who), list(_wheres(stage))
    _work(stage)  # some addresses are of rows that were made for them, and the worker acts on these

    def seen() -> dict[str, object]:
        return {where: _whole(asked(browser, "GET", where)) for where in wheres}

    before = seen()
    report = _another_report(stage)
    after = seen()

    assert [where for where in wheres if before[where] != after[where]] == []
    assert report.reference not in str(after)


def test_whoever_may_read_it_sees_it(stage: Stage) -> None:
    """Otherwise the test above would show nothing."""
    browser = stage.browser(Who.MEMBER)
    before = {where: _whole(asked(browser, "GET", where)) for where in _wheres(stage)}
    _another_report(stage)

    changed = {where for where in before if _whole(asked(browser, "GET", where)) != before[where]}

    assert {"/dashboard/", "/reports/", f"/reports/?q={WORD}", "/reports/?state=any"} <= changed


def _whole(answer: HttpResponseBase) -> object:
    return whole(answer, reference="-")

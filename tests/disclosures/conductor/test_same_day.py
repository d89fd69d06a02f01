"""Whether an advisory followed its release on the same day is judged once, by what GitHub says of both (P31)."""

import pytest

from disclosures.enums import RepositoryAdvisoryState
from portal.github.sandbox import by_hand
from portal.viewer import SYSTEM, acting_as
from reports import figures
from reports.enums import EventKind
from reports.models import ReportEvent
from tests.disclosures.conductor.stage import Stage
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P31")]

KEPT, MISSED = EventKind.SAME_DAY_KEPT, EventKind.SAME_DAY_MISSED


@pytest.fixture
def drafted(going: Stage) -> Stage:
    """Nothing is out yet."""
    going.conduct()
    return going


def publish_by_hand(stage: Stage, name: str) -> None:
    by_hand.publish(stage.on_github(name), now=stage.now)


def notice(stage: Stage) -> None:
    """What is to be seen, on GitHub's page of advisories first."""
    stage.look()
    stage.later(minutes=3)
    stage.conduct()


def judged(stage: Stage) -> list[str]:
    with acting_as(SYSTEM):
        rows = ReportEvent.objects.filter(report=stage.report, kind__in=[KEPT, MISSED])
        return list(rows.order_by("seq").values_list("kind", flat=True))


def test_what_the_portal_publishes_on_the_day_keeps_it(drafted: Stage) -> None:
    drafted.release_all()
    drafted.later(minutes=3)
    drafted.conduct()

    assert judged(drafted) == [KEPT, KEPT]


def test_published_by_hand_before_we_saw_the_release_of_that_day_is_no_breach(drafted: Stage) -> None:
    drafted.release("wadm")
    drafted.later(minutes=1)
    publish_by_hand(drafted, "wadm")

    drafted.look()
    before = judged(drafted)
    notice(drafted)

    assert drafted.kept("wadm").state == RepositoryAdvisoryState.PUBLISHED
    assert (before, judged(drafted), drafted.kept("wadm").kept_the_day) == ([], [KEPT], True)


@pytest.mark.parametrize("hours", [1, 24], ids=["on its day", "on the day before"])
def test_published_by_hand_before_the_release_is_a_breach_once_that_is_known(drafted: Stage, hours: int) -> None:
    publish_by_hand(drafted, "wadm")
    notice(drafted)
    before = judged(drafted)

    drafted.later(hours=hours)
    drafted.release("wadm")
    notice(drafted)
    notice(drafted)

    assert (before, judged(drafted), drafted.kept("wadm").kept_the_day) == ([], [MISSED], False)


def test_the_figures_of_the_team_count_both(drafted: Stage) -> None:
    publish_by_hand(drafted, "wadm")
    notice(drafted)
    drafted.release_all()
    notice(drafted)
    drafted.later(minutes=3)
    drafted.conduct()

    with acting_as(SYSTEM):
        counted = figures.compute(now=drafted.now)

    assert sorted(judged(drafted)) == [KEPT, MISSED]
    assert (counted.published_on_the_day, counted.published) == (1, 2)
    shown = " ".join(browser_of(drafted.person).get("/dashboard/").text.split())
    assert 'Advisory after its release, on the same day</span> <strong class="number">1 of 2</strong>' in shown

"""What is withdrawn on GitHub is noticed by looking, whoever did it, and changes nothing of our own by itself."""

import pytest
from django.urls import reverse

from disclosures import withdrawing
from disclosures.conductor import looking
from disclosures.enums import AdvisoryState, CveState, RepositoryAdvisoryState
from disclosures.models import Advisory, PublishedAdvisory, RepositoryAdvisory
from portal.github.sandbox import by_hand
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind, State
from reports.models import Notification, Report, ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import Stage
from tests.people import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def disclosed(going: Stage) -> Stage:
    """Published everywhere."""
    going.conduct()
    going.release_all()
    going.later(minutes=3)
    going.conduct()
    return going


def withdraw_here(stage: Stage) -> None:
    first, second = factories.member(), factories.member()
    with acting_as(factories.looking(first)):
        advisory = Advisory.objects.select_related("report").get(pk=stage.advisory.pk)
        proposed = withdrawing.propose(advisory, reason="There is no such fault.", by=first, now=stage.now)
    with acting_as(factories.looking(second)):
        withdrawing.agree(proposed, by=second, now=stage.now)


def say_done(stage: Stage, name: str) -> None:
    with acting_as(factories.looking(stage.person)):
        row = RepositoryAdvisory.objects.select_related("advisory", "report").get(pk=stage.kept(name).pk)
        withdrawing.say_done(row, by=stage.person, now=stage.now)


def mark_by_hand(stage: Stage, name: str) -> None:
    """As GitHub's own guide says: in its title."""
    advisory = stage.on_github(name)
    advisory.summary = f"Withdrawn: {advisory.summary}"
    advisory.save()


def events(stage: Stage, kind: EventKind) -> int:
    with acting_as(SYSTEM):
        return ReportEvent.objects.filter(report=stage.report, kind=kind).count()


def told() -> set[str]:
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(kind=NoticeKind.WITHDRAWN_THERE).select_related("user")
        return {row.user.name for row in rows if row.user}


def is_looked_at(stage: Stage, django_capture: object) -> bool:
    with django_capture(execute=False) as bells, acting_as(SYSTEM):  # type: ignore[operator] # pytest-django types it loosely
        looking.look(now=stage.now)
    return bool(bells)


@pytest.mark.parametrize("how", [by_hand.withdraw, None], ids=["GitHub's word", "its title"])
@pytest.mark.clause("P30")
def test_what_somebody_withdrew_there_is_told_shown_and_followed_by_nobody(disclosed: Stage, how: object) -> None:
    if how is None:
        mark_by_hand(disclosed, "wadm")
    else:
        by_hand.withdraw(disclosed.on_github("wadm"), now=disclosed.now)

    disclosed.look()
    disclosed.look()

    assert disclosed.kept("wadm").state == RepositoryAdvisoryState.WITHDRAWN
    assert disclosed.kept("wash").state == RepositoryAdvisoryState.PUBLISHED
    assert events(disclosed, EventKind.WITHDRAWN_THERE) == 1
    assert "Cora Conductor" in told()
    with acting_as(SYSTEM):
        assert Advisory.objects.get(pk=disclosed.advisory.pk).state == AdvisoryState.PUBLISHED
    assert PublishedAdvisory.objects.get().withdrawn_at is None
    page = browser_of(disclosed.person).get(reverse("report-day", args=[disclosed.report.reference]))
    assert page.content.decode().count("Somebody withdrew it on GitHub.") == 1


@pytest.mark.clause("P30")
def test_withdrawn_here_first_it_is_no_news_there(disclosed: Stage) -> None:
    withdraw_here(disclosed)
    mark_by_hand(disclosed, "wadm")

    disclosed.look()

    assert disclosed.kept("wadm").state == RepositoryAdvisoryState.WITHDRAWN
    assert (events(disclosed, EventKind.WITHDRAWN_THERE), told()) == (1, set())


@pytest.mark.clause("P30")
def test_what_was_said_to_be_done_and_is_not_comes_back_to_the_list(disclosed: Stage) -> None:
    withdraw_here(disclosed)
    say_done(disclosed, "wadm")
    assert disclosed.kept("wadm").state == RepositoryAdvisoryState.WITHDRAWN

    disclosed.look()

    assert disclosed.kept("wadm").state == RepositoryAdvisoryState.PUBLISHED
    assert events(disclosed, EventKind.NOT_WITHDRAWN_THERE) == 1


@pytest.mark.clause("P30")
def test_github_is_looked_at_until_it_is_withdrawn_there_though_the_report_is_closed(
    disclosed: Stage, django_capture_on_commit_callbacks: object
) -> None:
    withdraw_here(disclosed)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=disclosed.report.pk).update(state=State.CLOSED, closed_at=disclosed.now)
        disclosed.advisory.cve_requests.update(state=CveState.NEEDED)
    seen = []
    for name in ("wadm", "wash"):
        mark_by_hand(disclosed, name)
        say_done(disclosed, name)
        disclosed.later(minutes=3)
        seen.append(is_looked_at(disclosed, django_capture_on_commit_callbacks))
    disclosed.look()
    disclosed.later(minutes=3)

    assert (seen, is_looked_at(disclosed, django_capture_on_commit_callbacks)) == ([True, True], False)

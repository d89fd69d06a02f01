"""What is told in public of how disclosures go."""

from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from disclosures import publishing, statistics
from disclosures.enums import TimeToFix
from disclosures.models import PublicStatistics, PublishedAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Report
from tests import factories
from tests.disclosures.advisories import PUBLISHED
from tests.disclosures.factories import approved_advisory, report_of
from tests.disclosures.public.told import bare
from tests.queries import queries_of

pytestmark = pytest.mark.django_db

LATER = PUBLISHED + timedelta(days=400)


def figures(*, now: datetime = LATER) -> list[tuple[str, str]]:
    """Counted anew, as if for the first time."""
    PublicStatistics.objects.all().delete()
    statistics.renew(now=now)
    return [(figure.value, figure.meaning) for figure in statistics.in_public()]


def test_figures_are_rounded_down_and_need_enough_advisories() -> None:
    bare(9)
    assert figures() == []

    bare(14)
    PublishedAdvisory.objects.update(time_to_fix=TimeToFix.QUARTER)
    early = PublishedAdvisory.objects.filter(identifier__in=["WSC-SA-2222-1000", "WSC-SA-2222-1001"])
    early.update(time_to_fix=TimeToFix.MONTH)

    assert figures() == [
        ("10 or more", "advisories published"),
        ("10 % or more", "fixed and disclosed within 30 days"),
        ("100 %", "fixed and disclosed within 90 days"),
    ]


def test_what_was_published_lately_counts_after_the_delay_from_the_next_month_on() -> None:
    bare(10)
    last = PUBLISHED + timedelta(days=9)
    zone = settings.POLICY.calendar.zone
    month = datetime(last.year, last.month, 1, tzinfo=zone)
    next_month = (month + timedelta(days=32)).replace(day=1)
    counts_from = next_month + timedelta(days=settings.POLICY.advisories.statistics_delay_days)

    known = [bool(figures(now=counts_from + later)) for later in (-timedelta(seconds=1), timedelta())]

    assert last > month
    assert known == [False, True]


def test_within_a_month_nothing_is_counted_again() -> None:
    bare(10)
    before = figures()

    bare(30)
    statistics.renew(now=LATER + timedelta(minutes=1))

    assert [(figure.value, figure.meaning) for figure in statistics.in_public()] == before


def test_the_policy_page_asks_as_much_with_three_times_as_many(client: Client) -> None:
    bare(10)
    figures()
    with_ten = queries_of(client, "/policy/")
    bare(30)
    figures()

    assert (with_ten, queries_of(client, "/policy/")) == (with_ten, with_ten)


def test_a_live_report_changes_nothing(client: Client) -> None:
    bare(10)
    PublishedAdvisory.objects.update(time_to_fix=TimeToFix.MONTH)
    before, page = figures(), client.get("/policy/").content

    for state in (State.RECEIVED, State.FIXING, State.READY, State.RELEASED):
        report_of(factories.ProjectFactory.create(), state=state)

    assert figures() == before
    assert client.get("/policy/").content == page


def test_a_rehearsal_never_appears(client: Client) -> None:
    advisory = approved_advisory(report_of(factories.ProjectFactory.create(), state=State.READY))
    with acting_as(SYSTEM):
        Report.objects.filter(pk=advisory.report_id).update(is_rehearsal=True)
        publishing.publish(advisory, now=PUBLISHED)

    assert client.get(f"/advisories/{advisory.identifier}/").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/advisories/index.json").json()["advisories"] == []
    assert not PublishedAdvisory.objects.exists()


def test_how_long_it_took_is_kept_no_closer_than_in_steps() -> None:
    advisory = approved_advisory(report_of(factories.ProjectFactory.create(), state=State.READY))
    with acting_as(SYSTEM):
        received = Report.objects.get(pk=advisory.report_id).received_at
        publishing.publish(advisory, now=received + timedelta(days=60))

    kept = PublishedAdvisory.objects.get()

    assert kept.time_to_fix == TimeToFix.QUARTER
    assert received.isoformat()[:16] not in kept.snapshot

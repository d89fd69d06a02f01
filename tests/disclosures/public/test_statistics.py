"""What is told in public of how disclosures go."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from disclosures import publishing, statistics
from disclosures.enums import TimeToFix
from disclosures.models import PublishedAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Report
from tests import factories
from tests.disclosures.advisories import PUBLISHED
from tests.disclosures.factories import approved_advisory, report_of
from tests.disclosures.public.told import several

pytestmark = pytest.mark.django_db

LATER = PUBLISHED + timedelta(days=400)


def figures() -> list[tuple[str, str]]:
    return [(figure.value, figure.meaning) for figure in statistics.in_public(now=LATER)]


def test_figures_are_rounded_down_and_need_enough_advisories() -> None:
    several(9)
    assert figures() == []

    several(14)
    PublishedAdvisory.objects.update(time_to_fix=TimeToFix.QUARTER)
    early = PublishedAdvisory.objects.filter(identifier__in=["WSC-SA-2222-1000", "WSC-SA-2222-1001"])
    early.update(time_to_fix=TimeToFix.MONTH)

    assert figures() == [
        ("10 or more", "advisories published"),
        ("10 % or more", "fixed and disclosed within 30 days"),
        ("100 %", "fixed and disclosed within 90 days"),
    ]


def test_what_was_published_lately_does_not_count_yet() -> None:
    several(10)

    known = [bool(statistics.in_public(now=PUBLISHED + timedelta(days=days))) for days in (29, 38, 39)]

    assert known == [False, False, True]


def test_a_live_report_changes_nothing(client: Client) -> None:
    several(10)
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

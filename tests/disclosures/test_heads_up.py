"""A heads-up tells day, hour, severity and projects, exactly as it was read before, to those whom the settings name."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from pytest_django.fixtures import Settings

from disclosures import heads_up
from portal.viewer import SYSTEM, acting_as
from reports import emails
from reports.enums import EventKind, Role
from reports.guards import Refused
from reports.models import Notification, Report
from tests import factories
from tests.disclosures.factories import approved_advisory, complete_draft, written_advisory
from tests.disclosures.stage import NOW, Scene, scene
from tests.people import browser_of

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def addresses(settings: Settings) -> None:
    settings.HEADS_UP_ADDRESSES = ["one@example.org", "two@example.net"]


def planned(*, is_approved: bool = True) -> Scene:
    on = scene("wadm", "wash")
    draft = replace(complete_draft(*on.projects), title="A canary called Kolibri")
    (approved_advisory if is_approved else written_advisory)(on.report, draft=draft, now=NOW)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=on.report.pk).update(release_planned_on=DAY)
        on.report.refresh_from_db()
    return on


def give(on: Scene, *, shown: str = "2026-12-01") -> None:
    with acting_as(factories.looking(on.member)):
        heads_up.give(on.report, hour=16, shown=shown, by=on.member, now=NOW)


@pytest.mark.clause("P14")
def test_each_address_gets_what_was_read_and_nothing_of_the_advisory() -> None:
    on = planned()

    give(on)

    with acting_as(SYSTEM):
        rows = Notification.objects.filter(report=on.report, kind="heads_up").select_related("report").order_by("pk")
        letters = [emails.compose(row, now=NOW) for row in rows]
    assert [letter.to for letter in letters] == ["one@example.org", "two@example.net"]
    assert letters[0].subject == "A security release is planned"
    text = " ".join(letters[0].text.split())
    assert "A security release of wadm and wash is planned for Tuesday 1 December 2026, about 16:00" in text
    assert "Its severity is high." in text
    assert not {"Kolibri", on.report.reference, "traversal"} & set(text.replace(".", " ").split())
    assert on.events(EventKind.HEADS_UP_GIVEN) == [
        {"day": "2026-12-01", "hour": 16, "severity": "high", "of": ["wadm", "wash"]}
    ]


def test_nothing_goes_out_twice_or_otherwise_than_it_was_read() -> None:
    on = planned()

    with pytest.raises(Refused, match="Another day was planned since you looked"):
        give(on, shown="2026-11-30")
    give(on)
    with pytest.raises(Refused, match="Exactly that was told already"):
        give(on)

    with acting_as(SYSTEM):
        assert Notification.objects.filter(kind="heads_up").count() == 2


def test_only_what_is_approved_is_told() -> None:
    on = planned(is_approved=False)

    with pytest.raises(Refused, match="Its advisory is not approved yet"):
        give(on)


@pytest.mark.clause("P27")
def test_a_developer_tells_nobody() -> None:
    on = planned()
    developer = on.grant(factories.maintainer(), Role.DEVELOPER)

    with acting_as(factories.looking(developer, is_member=False)), pytest.raises(Refused, match="Your role"):
        heads_up.give(on.report, hour=16, shown="2026-12-01", by=developer, now=NOW)


def test_nobody_outside_hears_of_a_rehearsal_or_where_the_settings_name_nobody(settings: Settings) -> None:
    on = planned()
    with acting_as(SYSTEM):
        Report.objects.filter(pk=on.report.pk).update(is_rehearsal=True)
        on.report.refresh_from_db()
    with pytest.raises(Refused, match="It is a rehearsal"):
        give(on)

    settings.HEADS_UP_ADDRESSES = []
    on.report.is_rehearsal = False
    with pytest.raises(Refused, match="The installation names nobody"):
        give(on)


def test_the_page_shows_exactly_what_goes_out_before_it_does() -> None:
    on = planned()
    place = f"/reports/{on.report.reference}/day/heads-up/"

    with time_machine.travel(NOW, tick=False):
        page = " ".join(browser_of(on.member).get(f"{place}?hour=9").content.decode().split())
        nonsense = browser_of(on.member).get(f"{place}?hour=99")
        sent = browser_of(on.member).post(place, {"hour": "9", "day": "2026-12-01"}, follow=True)

    assert "is planned for Tuesday 1 December 2026, about 09:00 (America/New_York)" in page
    assert "To: one@example.org, two@example.net" in page
    assert "Choose an hour of the day." in nonsense.content.decode()
    assert "It goes out now, exactly as you read it." in sent.content.decode()

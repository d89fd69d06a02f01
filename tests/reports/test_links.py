"""Reports are linked once, and only who may read both learns of it."""

import pytest
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import links
from reports.enums import EventKind
from reports.guards import Refused
from reports.models import Report, ReportEvent, ReportLink
from teams.models import User
from tests import factories
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P8")]


@pytest.fixture
def pair() -> tuple[Report, Report]:
    return factories.receipt().report, factories.receipt(summary="The other one").report


@pytest.fixture
def member() -> User:
    return factories.member()


def kinds(report: Report) -> list[str]:
    with acting_as(SYSTEM):
        wanted = [EventKind.LINKED, EventKind.UNLINKED]
        return [event.kind for event in ReportEvent.objects.filter(report=report, kind__in=wanted).order_by("seq")]


def test_a_pair_is_linked_once_whichever_is_named_first(member: User, pair: tuple[Report, Report]) -> None:
    first, second = pair
    with acting_as(factories.looking(member)):
        links.link(second, other=first, by=member, now=timezone.now())
        with pytest.raises(Refused, match="linked already"):
            links.link(first, other=second, by=member, now=timezone.now())

        assert (links.linked_with(first), links.linked_with(second)) == ([second], [first])
        links.unlink(second, other=first, by=member, now=timezone.now())
        with pytest.raises(Refused, match="not linked any more"):
            links.unlink(first, other=second, by=member, now=timezone.now())
        assert links.linked_with(first) == []
    assert kinds(first) == kinds(second) == [EventKind.LINKED, EventKind.UNLINKED]


def test_a_report_is_not_linked_with_itself(member: User, pair: tuple[Report, Report]) -> None:
    with acting_as(factories.looking(member)), pytest.raises(Refused, match="this very report"):
        links.link(pair[0], other=pair[0], by=member, now=timezone.now())


def test_who_may_not_read_the_other_learns_of_no_link_not_even_from_the_history(
    member: User, pair: tuple[Report, Report]
) -> None:
    first, second = pair
    recused = factories.member()
    with acting_as(SYSTEM):
        second.recusals.create(user=recused, reason="Wrote it.")
    with acting_as(factories.looking(member)):
        links.link(first, other=second, by=member, now=timezone.now())

    with acting_as(factories.looking(recused)):
        seen, listed = ReportLink.objects.count(), links.linked_with(first)
    told = {
        user: browser_of(user).get(f"/reports/{first.reference}/?part=activity").content.decode()
        for user in (member, recused)
    }

    assert (seen, listed) == (0, [])
    assert ["linked it with another report" in told[user] for user in (member, recused)] == [True, False]


def test_they_are_linked_and_parted_on_a_page(member: User, pair: tuple[Report, Report]) -> None:
    first, second = pair
    desk, place = browser_of(member), f"/reports/{first.reference}/links/"

    unknown = desk.post(place, {"reference": "WSC-0000-0000"})
    linked = desk.post(place, {"reference": second.reference.lower()}, follow=True).content.decode()
    parted = desk.post(place, {"reference": second.reference, "away": "yes"}, follow=True).content.decode()

    assert (unknown.status_code, "that you may read" in unknown.content.decode()) == (422, True)
    assert ("The other one" in linked, "The other one" in parted) == (True, False)

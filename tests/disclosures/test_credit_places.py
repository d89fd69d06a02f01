"""Where names went is known, and after a consent is gone, what is left to do."""

from datetime import timedelta

import pytest

from disclosures import credit_answers, credit_places, credit_rewriting, drafting, publishing
from disclosures.consent import consented
from disclosures.credit_places import Place
from disclosures.enums import CreditPlaceKind, PlaceState
from disclosures.models import CreditPlace, PublishedAdvisory
from disclosures.snapshot import from_json
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import Notification, Report, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.crediting import MONDAY, ask, confirmed, credit_of, duplicate_of, named, says
from tests.disclosures.factories import approved_advisory, complete_draft

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=2)
PAGE = Place(kind=CreditPlaceKind.PAGE)
NOTES = Place(kind=CreditPlaceKind.RELEASE_NOTES, where="example/one 1.2.3")


@pytest.fixture
def member() -> User:
    return factories.member()


@pytest.fixture
def receipt(member: User) -> Receipt:
    """Its reporter agreed to be named, and was."""
    receipt = confirmed()
    ask(receipt.report, by=member)
    says(receipt, named())
    publish(receipt.report)
    return receipt


def publish(report: Report, *places: Place, hours: int = 2) -> None:
    with acting_as(SYSTEM):
        people = consented(report)
        credit_places.note_printed(report, places or (PAGE, NOTES), people=people, now=MONDAY + timedelta(hours=hours))


def withdraw(receipt: Receipt, *, hours: int = 3) -> None:
    with acting_as(receipt.reporter.viewer):
        now = MONDAY + timedelta(hours=hours)
        credit_answers.withdraw(credit_of(receipt), by=receipt.reporter, now=now)


def places() -> dict[str, str]:
    with acting_as(SYSTEM):
        return {row.kind: row.state for row in CreditPlace.objects.all()}


def to_do(report: Report) -> list[str]:
    with acting_as(SYSTEM):
        return [place.kind for place in credit_places.to_write_again(report)]


def queue() -> list[Report]:
    with acting_as(SYSTEM):
        return list(credit_places.waiting(CreditPlaceKind))


@pytest.mark.clause("P17")
def test_what_is_printed_is_remembered_once(receipt: Receipt) -> None:
    publish(receipt.report, hours=3)

    assert places() == {
        CreditPlaceKind.PAGE: PlaceState.STANDS,
        CreditPlaceKind.RELEASE_NOTES: PlaceState.STANDS,
        CreditPlaceKind.COPIES: PlaceState.STANDS,
    }
    assert (to_do(receipt.report), queue()) == ([], [])


@pytest.mark.clause("P17")
def test_a_consent_withdrawn_leaves_a_list_and_says_what_is_beyond_us(receipt: Receipt, member: User) -> None:
    withdraw(receipt)

    with acting_as(SYSTEM):
        told = Notification.objects.filter(kind=NoticeKind.CREDIT_GONE).values_list("user", flat=True)
        assert list(told) == [member.pk]
    assert to_do(receipt.report) == [CreditPlaceKind.PAGE, CreditPlaceKind.RELEASE_NOTES]
    assert places()[CreditPlaceKind.COPIES] == PlaceState.BEYOND_US
    assert queue() == [receipt.report]


@pytest.mark.clause("P17")
def test_writing_it_again_takes_the_name_out_where_it_was_written(receipt: Receipt) -> None:
    withdraw(receipt)

    publish(receipt.report, PAGE, hours=4)

    assert to_do(receipt.report) == [CreditPlaceKind.RELEASE_NOTES]
    assert places()[CreditPlaceKind.PAGE] == PlaceState.CHANGED
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(kind=EventKind.CREDIT_REMOVED).count() == 1


@pytest.mark.clause("P17")
def test_a_person_ticks_what_they_did_by_hand(receipt: Receipt, member: User) -> None:
    withdraw(receipt)
    publish(receipt.report, PAGE, hours=4)

    with acting_as(factories.looking(member)):
        place = CreditPlace.objects.select_related("report").get(kind=CreditPlaceKind.RELEASE_NOTES)
        credit_places.done_by_hand(place, by=member, now=LATER)
        place.refresh_from_db()
        with pytest.raises(Refused, match="nothing to take out"):
            credit_places.done_by_hand(place, by=member, now=LATER)

    assert (place.state, place.changed_at, place.changed_by) == (PlaceState.CHANGED, LATER, member)
    assert queue() == []


@pytest.mark.clause("P17")
def test_nobody_says_by_hand_what_the_portal_writes_itself(receipt: Receipt, member: User) -> None:
    withdraw(receipt)

    with acting_as(factories.looking(member)):
        place = CreditPlace.objects.select_related("report").get(kind=CreditPlaceKind.PAGE)
        with pytest.raises(Refused, match="writes that itself"):
            credit_places.done_by_hand(place, by=member, now=LATER)


@pytest.mark.clause("P17")
def test_another_name_after_publication_has_to_be_written_again(receipt: Receipt) -> None:
    says(receipt, named("R. R."), now=MONDAY + timedelta(hours=3))
    before = to_do(receipt.report)

    publish(receipt.report, hours=4)

    assert before == [CreditPlaceKind.PAGE, CreditPlaceKind.RELEASE_NOTES]
    assert (to_do(receipt.report), places()[CreditPlaceKind.PAGE]) == ([], PlaceState.STANDS)


@pytest.mark.clause("P17")
def test_what_was_printed_while_the_consent_was_taken_back_is_on_the_list(receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        just_before = consented(receipt.report)
    withdraw(receipt)

    with acting_as(SYSTEM):
        github = Place(kind=CreditPlaceKind.GITHUB, where="example/one")
        credit_places.note_printed(receipt.report, [github], people=just_before, now=MONDAY + timedelta(hours=4))

    assert CreditPlaceKind.GITHUB in to_do(receipt.report)


@pytest.mark.clause("P17")
def test_somebody_else_of_the_same_name_keeps_theirs(receipt: Receipt, member: User) -> None:
    other = duplicate_of(receipt.report, name="Robin Reporter")
    ask(receipt.report, by=member)
    says(other, named())
    publish(receipt.report, hours=2)
    withdraw(receipt)

    publish(receipt.report, hours=4)

    assert to_do(receipt.report) == []
    with acting_as(SYSTEM):
        standing = CreditPlace.objects.filter(kind=CreditPlaceKind.PAGE, state=PlaceState.STANDS)
        assert [place.report_id for place in standing] == [other.report.pk]


def test_a_withdrawal_on_a_duplicate_is_work_for_the_report_with_the_advisories(receipt: Receipt, member: User) -> None:
    other = duplicate_of(receipt.report)
    ask(receipt.report, by=member)
    says(other, named("Dora"))
    publish(receipt.report)

    withdraw(other)

    assert queue() == [receipt.report]
    assert to_do(receipt.report) == [CreditPlaceKind.PAGE, CreditPlaceKind.RELEASE_NOTES]
    with acting_as(SYSTEM):
        assert [row.report for row in Notification.objects.filter(kind=NoticeKind.CREDIT_GONE)] == [receipt.report]


def test_before_publication_nobody_has_anything_to_do(member: User) -> None:
    receipt = confirmed()
    ask(receipt.report, by=member)
    says(receipt, named())

    withdraw(receipt)

    assert (places(), queue()) == ({}, [])
    with acting_as(SYSTEM):
        assert not Notification.objects.filter(kind=NoticeKind.CREDIT_GONE).exists()


@pytest.mark.clause("P17")
def test_our_own_pages_lose_a_name_by_themselves_and_keep_all_other_words(member: User) -> None:
    project = factories.ProjectFactory.create()
    receipt = confirmed(projects=[project], project_unknown=False)
    ask(receipt.report, by=member)
    says(receipt, named())
    advisory = approved_advisory(receipt.report, by=member)
    with acting_as(SYSTEM):
        publishing.publish(advisory, now=MONDAY + timedelta(hours=2))
    before = PublishedAdvisory.objects.get()
    withdraw(receipt)
    with acting_as(factories.looking(member)):
        drafting.write(advisory, complete_draft(project, title="Newer words"), by=member, base_revision=2, now=LATER)

    with acting_as(SYSTEM):
        credit_rewriting.sweep(now=LATER)
        credit_rewriting.sweep(now=LATER)

    after = PublishedAdvisory.objects.get()
    said = from_json(after.snapshot)
    assert [credit.text for credit in from_json(before.snapshot).credits] == ["Robin Reporter"]
    assert (said.credits, said.title, after.revision) == ((), before.title, 2)
    assert "Robin" not in after.snapshot
    assert to_do(receipt.report) == []

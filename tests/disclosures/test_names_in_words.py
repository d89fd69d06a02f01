"""Names in an advisory's own words: let pass by a decision alone, and looked at again when one changes their mind."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from disclosures import approving, credit_answers, credit_places, drafting, judging, publishing
from disclosures.draft import from_json
from disclosures.enums import CreditPlaceKind, PlaceState
from disclosures.models import Advisory, CreditPlace, LeakWaiver, PublishedAdvisory, PublishedRevision
from disclosures.snapshot import from_json as from_public
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, NoticeKind
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import Notification, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.crediting import MONDAY, ask, confirmed, credit_of, duplicate_of, named, says
from tests.disclosures.factories import approved_advisory, complete_draft, written_advisory

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)
WORDS = "Robin Reporter has shown how the path is joined before it is decoded."


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def receipt(member: User) -> Receipt:
    """Robin agreed to be thanked by name."""
    project = factories.ProjectFactory.create(name="wadm")
    receipt = confirmed(projects=[project], project_unknown=False, name="Robin Reporter")
    ask(receipt.report, by=member)
    says(receipt, named("Robin Reporter"))
    return receipt


@pytest.fixture
def advisory(receipt: Receipt, member: User) -> Advisory:
    """It names Robin in its details, which a member let pass, and is approved."""
    with acting_as(SYSTEM):
        projects = [each.project for each in receipt.report.affected_projects.select_related("project")]
    advisory = written_advisory(receipt.report, draft=complete_draft(*projects, details=WORDS), now=LATER)
    let_pass(by=member, now=LATER)
    return advisory


def let_pass(*, by: User, now: datetime) -> None:
    with acting_as(factories.looking(by)):
        mine = Advisory.objects.get()
        revision = approving.newest_revision(mine)
        for judged in judging.judge(mine, from_json(revision.content)).open_findings:
            approving.waive(mine, judged.key, reason="They want it so.", by=by, now=now)
        approving.approve(mine, revision.number, by=by, now=now)


def withdraw(receipt: Receipt, *, now: datetime = LATER + timedelta(hours=1)) -> None:
    with acting_as(receipt.reporter.viewer):
        credit_answers.withdraw(credit_of(receipt), by=receipt.reporter, now=now)


def publish(*, now: datetime) -> None:
    with acting_as(SYSTEM):
        publishing.publish(Advisory.objects.get(), now=now)


def approved() -> int | None:
    with acting_as(SYSTEM):
        revision = publishing.approved(Advisory.objects.get())
        return revision.number if revision else None


def places() -> dict[str, str]:
    with acting_as(SYSTEM):
        return {row.kind: row.state for row in CreditPlace.objects.all()}


@pytest.mark.clause("P17")
@pytest.mark.usefixtures("advisory")
def test_a_consent_withdrawn_before_publication_takes_back_the_approval_of_a_text_that_names_them(
    receipt: Receipt, member: User
) -> None:
    assert approved() == 2

    withdraw(receipt)

    assert approved() is None
    with pytest.raises(Refused, match="is not approved as it stands"):
        publish(now=LATER + timedelta(hours=2))
    with acting_as(SYSTEM):
        assert Notification.objects.filter(kind=NoticeKind.CREDIT_GONE, user=member).count() == 1
        assert ReportEvent.objects.filter(kind=EventKind.APPROVAL_WITHDRAWN, user=None).count() == 1
    with acting_as(factories.looking(member)), pytest.raises(Refused, match="This says who reported it"):
        approving.approve(Advisory.objects.get(), 2, by=member, now=LATER + timedelta(hours=2))


@pytest.mark.clause("P17")
@pytest.mark.usefixtures("advisory")
def test_a_person_can_let_it_pass_anew_and_then_their_word_is_kept_beside_it(receipt: Receipt) -> None:
    withdraw(receipt)
    other = factories.member(name="Olga Other")

    let_pass(by=other, now=LATER + timedelta(hours=2))
    publish(now=LATER + timedelta(hours=3))

    with acting_as(SYSTEM):
        waiver = LeakWaiver.objects.select_related("waived_by").get()
        assert (waiver.waived_by, waiver.waived_at) == (other, LATER + timedelta(hours=2))
        assert PublishedAdvisory.objects.get().thanked == []


@pytest.mark.clause("P8", "P17")
@pytest.mark.usefixtures("advisory")
def test_whoever_comes_after_the_approval_is_looked_for_before_anything_is_published(receipt: Receipt) -> None:
    with acting_as(SYSTEM):
        mine = Advisory.objects.get()
        projects = [each.project for each in receipt.report.affected_projects.select_related("project")]
    author, approver = factories.member(), factories.member()
    with acting_as(factories.looking(author)):
        words = complete_draft(*projects, details="Dora Duplicate is the name of the function.")
        drafting.write(Advisory.objects.get(), words, by=author, base_revision=2, now=LATER)
    with acting_as(factories.looking(approver)):
        approving.approve(Advisory.objects.get(), 3, by=approver, now=LATER)
    duplicate_of(receipt.report)

    with pytest.raises(Refused, match=f"The text of {mine.identifier} seems to name somebody"):
        publish(now=LATER + timedelta(hours=1))

    with acting_as(SYSTEM):
        assert not PublishedAdvisory.objects.exists()


@pytest.mark.clause("P17")
@pytest.mark.usefixtures("advisory")
def test_after_publication_the_words_themselves_are_a_place_that_people_see_to(receipt: Receipt, member: User) -> None:
    publish(now=LATER)
    assert places()[CreditPlaceKind.TEXT] == PlaceState.STANDS

    withdraw(receipt)
    with acting_as(SYSTEM):
        to_do = [place.kind for place in credit_places.to_write_again(receipt.report)]
        publishing.publish_again(Advisory.objects.get(), changed="A name is gone.", now=LATER + timedelta(hours=2))
    still = places()[CreditPlaceKind.TEXT]
    with acting_as(SYSTEM):
        projects = [each.project for each in receipt.report.affected_projects.select_related("project")]
    author = factories.member()
    with acting_as(factories.looking(author)):
        drafting.write(
            Advisory.objects.get(),
            complete_draft(*projects),
            by=author,
            base_revision=2,
            now=LATER + timedelta(hours=3),
        )
    with acting_as(factories.looking(member)):
        approving.approve(Advisory.objects.get(), 3, by=member, now=LATER + timedelta(hours=3))
    publish(now=LATER + timedelta(hours=4))

    assert CreditPlaceKind.TEXT in to_do
    with acting_as(SYSTEM):
        earlier = [from_public(row.snapshot).details for row in PublishedRevision.objects.order_by("number")]
    assert earlier[0] == WORDS.replace("Robin Reporter", "[name taken out]")
    assert "Robin" not in "".join(earlier)
    assert (still, places()[CreditPlaceKind.TEXT]) == (PlaceState.STANDS, PlaceState.CHANGED)


@pytest.mark.clause("P17")
def test_a_text_that_names_nobody_keeps_its_approval(receipt: Receipt) -> None:
    approved_advisory(receipt.report, now=LATER)

    withdraw(receipt)

    assert approved() == 2


@pytest.mark.clause("P17")
@pytest.mark.usefixtures("advisory")
def test_whoever_is_forgotten_is_looked_for_before_their_name_is_destroyed(receipt: Receipt) -> None:
    call_command("forget_reporter", receipt.report.reference)

    assert approved() is None

"""A CVE ID that came late reaches everything by one action, and the obligation ends (P16)."""

from datetime import timedelta

import pytest

from disclosures import cves, spreading
from disclosures import snapshot as snapshots
from disclosures.draft import Draft, to_json
from disclosures.enums import AdvisoryState, CveState, StepKind, StepState
from disclosures.models import Advisory, Approval, CveRequest, PublishedAdvisory, Revision, Step
from disclosures.publishing import publish
from portal.viewer import SYSTEM, acting_as
from reports.enums import NoticeKind
from reports.guards import Refused
from reports.models import Notification, Report
from teams.models import User
from tests import factories
from tests.disclosures.wishes import NOW, again

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=20)
DRAFT = Draft(title="Path traversal", overview="A file is read.", details="By a link.", fix="Update.")


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def wish(member: User) -> CveRequest:
    """Asked for on the day, of an advisory that is approved and published."""
    report, author = factories.receipt(now=NOW - timedelta(days=30)).report, factories.member()
    with acting_as(SYSTEM):
        advisory = Advisory.objects.create(report=report, title=DRAFT.title)
        revision = Revision.objects.create(
            report=report, advisory=advisory, number=1, content=to_json(DRAFT), written_by=author
        )
        Approval.objects.create(report=report, revision=revision, approved_by=member)
        publish(advisory, now=NOW)
        wish = cves.need(Advisory.objects.select_related("report").get(pk=advisory.pk), now=NOW)
        cves.requested(wish, route="github", by=None, now=NOW)  # type: ignore[arg-type] # spelled out
    return again(wish)


def arrive(wish: CveRequest) -> CveRequest:
    with acting_as(SYSTEM):
        cves.arrived(again(wish), "CVE-2026-40001", now=LATER)
    return again(wish)


def spread(wish: CveRequest, member: User) -> CveRequest:
    with acting_as(factories.looking(member)):
        found = CveRequest.objects.select_related("report", "advisory").get(pk=wish.pk)
        spreading.spread(found, by=member, now=LATER)
    return again(wish)


def settle() -> None:
    with acting_as(SYSTEM):
        spreading.settle(now=LATER)


def told() -> int:
    with acting_as(SYSTEM):
        return Notification.objects.filter(kind=NoticeKind.CVE_CAME).count()


@pytest.mark.clause("P16")
def test_one_action_writes_a_new_public_revision_tells_the_reporter_and_ends_the_obligation(
    wish: CveRequest, member: User
) -> None:
    arrive(wish)

    done = spread(wish, member)

    public = PublishedAdvisory.objects.get(identifier=wish.advisory.identifier)
    assert (public.revision, public.cve_ids) == (2, ["CVE-2026-40001"])
    assert snapshots.from_json(public.snapshot).revisions[-1].changed == "It is called CVE-2026-40001 now."
    assert (done.spread_at, told()) == (LATER, 1)


@pytest.mark.clause("P16")
def test_publishing_goes_ahead_while_the_id_is_out(wish: CveRequest) -> None:
    public = PublishedAdvisory.objects.get(identifier=wish.advisory.identifier)

    assert (wish.state, public.revision, public.cve_ids) == (CveState.REQUESTED, 1, [])


@pytest.mark.clause("P16")
def test_the_obligation_lasts_until_everything_on_github_is_rewritten(wish: CveRequest, member: User) -> None:
    arrive(wish)
    with acting_as(SYSTEM):
        step = Step.objects.create(report=wish.report, kind=StepKind.NOTES, state=StepState.FAILED)

    under_way = spread(wish, member)
    settle()
    still = again(wish).spread_at
    with acting_as(SYSTEM):
        Step.objects.filter(pk=step.pk).update(state=StepState.DONE, done_at=LATER)
    settle()
    settle()

    assert (under_way.spread_at, still, again(wish).spread_at, told()) == (None, None, LATER, 1)


def test_an_id_that_nobody_spreads_stays_owed(wish: CveRequest) -> None:
    arrive(wish)

    settle()

    assert (again(wish).spread_at, told()) == (None, 0)


def test_an_id_that_came_before_the_advisory_is_settled_with_it_and_is_no_news(wish: CveRequest) -> None:
    arrive(wish)
    with acting_as(SYSTEM):
        CveRequest.objects.filter(pk=wish.pk).update(assigned_at=NOW - timedelta(days=1))
        publish(wish.advisory, now=LATER)

    settle()

    assert (again(wish).spread_at, told()) == (LATER, 0)


def test_a_rehearsal_is_settled_without_a_word_to_anybody(wish: CveRequest, member: User) -> None:
    arrive(wish)
    with acting_as(SYSTEM):
        Report.objects.update(is_rehearsal=True)

    done = spread(wish, member)

    assert (done.spread_at, told()) == (LATER, 0)


@pytest.mark.parametrize(
    ("state", "is_published", "said"),
    [
        (CveState.REQUESTED, True, "There is no ID yet."),
        (CveState.ASSIGNED, False, "Nothing is published yet"),
    ],
)
def test_what_cannot_be_spread_says_why(
    wish: CveRequest, member: User, state: CveState, said: str, *, is_published: bool
) -> None:
    if state == CveState.ASSIGNED:
        arrive(wish)
    if not is_published:
        with acting_as(SYSTEM):
            Advisory.objects.update(state=AdvisoryState.DRAFT, published_at=None)

    with pytest.raises(Refused, match=said):
        spread(wish, member)

    assert again(wish).spread_at is None


def test_what_is_everywhere_is_not_spread_again(wish: CveRequest, member: User) -> None:
    arrive(wish)
    spread(wish, member)

    with pytest.raises(Refused, match="names it already"):
        spread(wish, member)

    assert told() == 1

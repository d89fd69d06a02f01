"""The CVE ID of a withdrawn advisory goes with it: by ourselves where we gave it out, and else by whoever did."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from disclosures import cve_rejection, cves, late_ids, numbering, spreading, withdrawing
from disclosures import snapshot as snapshots
from disclosures.cve_rejection import Way
from disclosures.enums import AdvisoryState, CveRoute, CveState
from disclosures.formats import cve
from disclosures.models import Advisory, CveRequest, PublishedAdvisory
from disclosures.publishing import publish
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind, State
from reports.guards import Refused
from reports.models import Report
from reports.readiness import readiness_of
from teams.models import User
from tests import factories
from tests.cve_services.server import Services, ours, running, saying
from tests.disclosures.factories import approved_advisory, complete_draft, report_of
from tests.disclosures.wishes import NOW, again
from tests.people import browser_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)
REASON = "There is no such fault: the folder was open on purpose."
THEIRS = "CVE-2026-40999"


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with running() as there:
        ours(settings, there)
        yield there


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def advisory() -> Advisory:
    """Published, and in no repository."""
    project = factories.ProjectFactory.create(name="wash", repository="example/wash")
    report = report_of(project, state=State.DISCLOSED)
    made = approved_advisory(report, draft=replace(complete_draft(project), title="Path traversal"), now=NOW)
    with acting_as(SYSTEM):
        publish(Advisory.objects.select_related("report").get(pk=made.pk), now=NOW)
    return found(made)


def found(advisory: Advisory) -> Advisory:
    with acting_as(SYSTEM):
        return Advisory.objects.select_related("report").get(pk=advisory.pk)


def reserve(advisory: Advisory, member: User) -> CveRequest:
    """Asked for, and not yet reserved."""
    with acting_as(factories.looking(member)):
        wish = cves.need(advisory, now=NOW)
        cves.request_of_our_own(wish, by=member, now=NOW)
    return wish


def work(wish: CveRequest, *, after: timedelta = timedelta()) -> CveRequest:
    numbering.number(wish.pk, clock=lambda: LATER + after)
    return again(wish)


def of_ours(advisory: Advisory, member: User, *, is_recorded: bool) -> CveRequest:
    wish = work(reserve(advisory, member))
    return work(wish) if is_recorded else wish


def of_theirs(advisory: Advisory, *, route: CveRoute) -> CveRequest:
    with acting_as(SYSTEM):
        wish = cves.need(advisory, now=NOW)
        cves.requested(wish, route=route, by=None, now=NOW)
        cves.arrived(wish, THEIRS, given_by=route, now=NOW)
    return wish


def withdraw(advisory: Advisory, member: User) -> Advisory:
    other = factories.member()
    with acting_as(factories.looking(member)):
        proposed = withdrawing.propose(found(advisory), reason=REASON, by=member, now=LATER)
    with acting_as(factories.looking(other)):
        withdrawing.agree(proposed, by=other, now=LATER)
    return found(advisory)


def is_settled(advisory: Advisory) -> bool:
    """Whether the report could be closed as far as this is concerned."""
    with acting_as(SYSTEM):
        report = Report.objects.get(pk=advisory.report_id)
        owed = readiness_of(report, now=LATER).disclosure
        return (owed.without_cve, owed.unrejected) == (0, 0)


def way_of(advisory: Advisory) -> Way | None:
    with acting_as(SYSTEM):
        rejection = cve_rejection.look_up(found(advisory))
    return rejection.way if rejection else None


def in_public(advisory: Advisory) -> snapshots.Snapshot:
    return snapshots.from_json(PublishedAdvisory.objects.get(identifier=advisory.identifier).snapshot)


# --- An ID that we gave out ---------------------------------------------------------------------------------


@pytest.mark.clause("P15", "P16")
@pytest.mark.parametrize("is_recorded", [False, True], ids=["reserved", "published"])
def test_an_id_of_ours_is_rejected_with_its_advisory_for_the_same_reason(
    services: Services, advisory: Advisory, member: User, *, is_recorded: bool
) -> None:
    wish = of_ours(advisory, member, is_recorded=is_recorded)

    withdraw(advisory, member)
    pending, owed_before = again(wish), is_settled(advisory)
    done = work(wish)

    assert (pending.state, pending.rejection_sent_at, owed_before) == (CveState.REJECTED, None, False)
    kept = services.ids[done.cve_id or ""]
    assert (kept.state, (kept.record or {})["rejectedReasons"]) == ("REJECTED", [{"lang": "en", "value": REASON}])
    assert (done.rejection_sent_at, way_of(advisory), is_settled(advisory)) == (LATER, Way.REJECTED, True)


@pytest.mark.clause("P16")
@pytest.mark.usefixtures("services")
def test_our_page_keeps_the_rejected_id_and_its_record_says_so(advisory: Advisory, member: User) -> None:
    wish = of_ours(advisory, member, is_recorded=True)

    withdraw(advisory, member)

    told = in_public(advisory)
    assert (told.cve_id, told.cve_rejected_at) == (wish.cve_id, LATER)
    record = cve.record(told) or {}
    assert record["cveMetadata"]["state"] == "REJECTED"  # type: ignore[index] # a document
    assert PublishedAdvisory.objects.get(identifier=advisory.identifier).cve_ids == [wish.cve_id]


@pytest.mark.clause("P15")
@pytest.mark.usefixtures("services")
def test_no_other_id_is_wanted_of_what_is_withdrawn(advisory: Advisory, member: User) -> None:
    wish = of_ours(advisory, member, is_recorded=True)

    withdraw(advisory, member)
    with acting_as(SYSTEM):
        late_ids.open_wishes(now=LATER)
        counts = cves.need(found(advisory), now=LATER)

        assert counts == wish
        assert CveRequest.objects.filter(advisory=advisory).count() == 1


def test_a_rejection_that_fails_says_why_and_is_tried_again_by_the_page(
    services: Services, advisory: Advisory, member: User
) -> None:
    wish = of_ours(advisory, member, is_recorded=True)
    withdraw(advisory, member)
    services.before[f"POST /cve/{wish.cve_id}/reject"] = [saying(401)]
    failed = work(wish)

    with acting_as(factories.looking(member)):
        cve_rejection.try_again(cve_rejection.unsaid(found(advisory)), by=member, now=LATER)
    done = work(wish)

    assert failed.problem.startswith("CVE Services do not let us in")
    assert (done.problem, services.ids[wish.cve_id or ""].state) == ("", "REJECTED")


@pytest.mark.usefixtures("services")
def test_trying_again_does_not_disturb_whoever_is_at_it(advisory: Advisory, member: User) -> None:
    wish = of_ours(advisory, member, is_recorded=True)
    withdraw(advisory, member)
    with acting_as(SYSTEM):
        CveRequest.objects.filter(pk=wish.pk).update(next_attempt_at=LATER + cves.LEASE)

    with acting_as(factories.looking(member)):
        cve_rejection.try_again(cve_rejection.unsaid(found(advisory)), by=member, now=LATER)

    assert again(wish).next_attempt_at == LATER + cves.LEASE


def test_one_that_was_being_reserved_is_rejected_as_soon_as_it_is_found(
    services: Services, advisory: Advisory, member: User
) -> None:
    wish = reserve(advisory, member)
    services.reserve()
    withdraw(advisory, member)

    found_there = work(wish)
    done = work(wish)

    assert (found_there.state, [found_there.cve_id]) == (CveState.REJECTED, list(services.ids))
    assert (services.ids[done.cve_id or ""].state, is_settled(advisory)) == ("REJECTED", True)
    assert in_public(advisory).cve_id == ""


def test_one_that_was_not_reserved_yet_never_is(services: Services, advisory: Advisory, member: User) -> None:
    wish = reserve(advisory, member)
    withdraw(advisory, member)

    done = work(wish)

    assert (done.state, done.cve_id, services.ids) == (CveState.REJECTED, None, {})
    assert is_settled(advisory)


def test_a_record_is_never_published_of_what_is_withdrawn(services: Services, advisory: Advisory, member: User) -> None:
    """As if the ID had been entered while its advisory was being withdrawn."""
    wish = of_ours(advisory, member, is_recorded=False)
    with acting_as(SYSTEM):
        Advisory.objects.filter(pk=advisory.pk).update(state=AdvisoryState.WITHDRAWN, withdrawn_at=LATER)
    before = len(services.asked)

    work(wish)

    assert (len(services.asked), way_of(advisory)) == (before, Way.OURS)


@pytest.mark.usefixtures("services")
def test_whoever_is_no_cna_any_more_says_that_it_is_done(advisory: Advisory, member: User, settings: Settings) -> None:
    wish = of_ours(advisory, member, is_recorded=True)
    withdraw(advisory, member)
    settings.CVE_SERVICES_ORG = ""

    with acting_as(factories.looking(member)):
        pending = cve_rejection.unsaid(found(advisory))
        cve_rejection.say_done(pending, by=member, now=LATER)
        cve_rejection.say_done(pending, by=member, now=LATER + timedelta(days=1))
        told = Report.objects.get(pk=advisory.report_id).events.filter(kind=EventKind.CVE_CHANGED)

        assert [event.details["deed"] for event in told].count("rejected-there") == 1
        with pytest.raises(Refused, match="know everything"):
            cve_rejection.unsaid(found(advisory))
    assert (again(wish).rejection_sent_at, is_settled(advisory)) == (LATER, True)


# --- An ID of somebody else's -------------------------------------------------------------------------------


@pytest.mark.clause("P15", "P16")
@pytest.mark.parametrize(
    ("route", "way"), [(CveRoute.GITHUB, Way.GITHUB), (CveRoute.BY_HAND, Way.ELSEWHERE)], ids=["github", "by hand"]
)
def test_an_id_of_theirs_is_owed_until_somebody_says_that_it_was_rejected(
    advisory: Advisory, member: User, route: CveRoute, way: Way
) -> None:
    wish = of_theirs(advisory, route=route)
    withdraw(advisory, member)
    owed = (way_of(advisory), is_settled(advisory), in_public(advisory).cve_rejected_at)

    with acting_as(factories.looking(member)):
        wish = CveRequest.objects.select_related("report", "advisory").get(pk=wish.pk)
        spreading.reject(wish, reason=REASON, by=member, now=LATER)

    assert owed == (way, False, None)
    assert (way_of(advisory), is_settled(advisory)) == (Way.REJECTED, True)
    told = in_public(advisory)
    assert (told.cve_id, told.cve_rejected_at) == (THEIRS, LATER)
    assert told.revisions[-1].changed == f"{THEIRS} was rejected."


def test_an_id_of_a_withdrawn_advisory_is_not_written_everywhere(advisory: Advisory, member: User) -> None:
    wish = of_theirs(advisory, route=CveRoute.GITHUB)
    withdraw(advisory, member)

    with acting_as(factories.looking(member)), pytest.raises(Refused, match="has to be rejected"):
        spreading.spread(again(wish), by=member, now=LATER)
    with acting_as(SYSTEM):
        spreading.settle(now=LATER)

    assert again(wish).spread_at is None


def test_none_is_asked_for_any_more(services: Services, advisory: Advisory, member: User) -> None:
    withdraw(advisory, member)

    with acting_as(factories.looking(member)):
        wish = cves.need(found(advisory), now=LATER)
        with pytest.raises(Refused, match="no ID is asked for any more"):
            cves.choose_github(wish, by=member, now=LATER)
        with pytest.raises(Refused, match="no ID is asked for any more"):
            cves.request_of_our_own(wish, by=member, now=LATER)

    assert (way_of(advisory), is_settled(advisory), services.asked) == (Way.UNNEEDED, False, [])


@pytest.mark.clause("P15")
def test_two_people_settle_that_none_was_needed(advisory: Advisory, member: User) -> None:
    withdraw(advisory, member)

    with acting_as(factories.looking(member)):
        wish = cves.need(found(advisory), now=LATER)
        cves.propose_not_needed(wish, reason=REASON, by=member, now=LATER)
    other = factories.member()
    with acting_as(factories.looking(other)):
        cves.agree_not_needed(again(wish), by=other, now=LATER)

    assert (way_of(advisory), is_settled(advisory)) == (Way.NOTHING, True)


# --- The pages ----------------------------------------------------------------------------------------------


def words(page: bytes) -> str:
    return " ".join(page.decode().split())


def test_the_page_of_a_withdrawn_advisory_tells_whom_to_write_and_keeps_the_reason(
    advisory: Advisory, member: User
) -> None:
    of_theirs(advisory, route=CveRoute.GITHUB)
    browser, report = browser_of(member), advisory.report
    place = reverse("report-withdraw-advisory", args=[report.reference, advisory.identifier])

    withdraw(advisory, member)

    shown = words(browser.get(place).content)
    asked = browser.get(reverse("report-cve-act", args=[report.reference, advisory.pk, "reject"])).content.decode()

    assert "only GitHub can reject it" in shown
    assert f"Please reject {THEIRS}. Its advisory {advisory.identifier} is withdrawn: {REASON}" in shown
    assert REASON in asked


def test_the_page_of_ids_offers_to_try_again_and_to_say_that_it_is_done(
    services: Services, advisory: Advisory, member: User
) -> None:
    wish = of_ours(advisory, member, is_recorded=True)
    withdraw(advisory, member)
    services.before[f"POST /cve/{wish.cve_id}/reject"] = [saying(401)]
    work(wish)
    browser, reference = browser_of(member), advisory.report.reference

    shown = words(browser.get(reverse("report-cve", args=[reference])).content)
    again_at = reverse("report-cve-rejection-again", args=[reference, advisory.pk])
    tried = words(browser.post(again_at, follow=True).content)
    done_at = reverse("report-cve-rejection-done", args=[reference, advisory.pk])
    done = words(browser.post(done_at, follow=True).content)
    twice = words(browser.post(done_at, follow=True).content)

    assert "CVE Services do not let us in" in shown
    assert again_at in shown
    assert "It is tried again now." in tried
    assert "It is noted: the record says so." in done
    assert "CVE Services know everything that was decided here." in twice

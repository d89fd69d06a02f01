"""A vulnerability's way to its CVE ID (P15, P16)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction

from disclosures import cves
from disclosures.cve_states import NOT_FREE, TABLE, Deed, possible
from disclosures.enums import CveRoute, CveState
from disclosures.models import CveRequest, PublishedAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.access import Permission, may
from reports.enums import EventKind, NoticeKind, Role
from reports.guards import Refused
from reports.models import Grant, Notification, Report, ReportEvent
from teams.models import User
from tests import factories
from tests.disclosures.wishes import NOW, advisory_of, again, assigned_wish, requested_wish, wish_of

pytestmark = pytest.mark.django_db

LEADS_TO = {
    (CveState.NEEDED, Deed.PROPOSE): CveState.NEEDED,
    (CveState.NEEDED, Deed.AGREE): CveState.NOT_NEEDED,
    (CveState.NEEDED, Deed.TAKE_BACK): CveState.NEEDED,
    (CveState.NOT_NEEDED, Deed.NEED): CveState.NEEDED,
    (CveState.NEEDED, Deed.CHOOSE): CveState.NEEDED,
    (CveState.NEEDED, Deed.REQUEST): CveState.REQUESTED,
    (CveState.REQUESTED, Deed.GIVE_UP): CveState.NEEDED,
    (CveState.NEEDED, Deed.ASSIGN): CveState.ASSIGNED,
    (CveState.NOT_NEEDED, Deed.ASSIGN): CveState.ASSIGNED,
    (CveState.REQUESTED, Deed.ASSIGN): CveState.ASSIGNED,
    (CveState.ASSIGNED, Deed.PUBLISH): CveState.PUBLISHED,
    (CveState.PUBLISHED, Deed.DISPUTE): CveState.DISPUTED,
    (CveState.DISPUTED, Deed.SETTLE): CveState.PUBLISHED,
    (CveState.REQUESTED, Deed.REJECT): CveState.REJECTED,
    (CveState.ASSIGNED, Deed.REJECT): CveState.REJECTED,
    (CveState.PUBLISHED, Deed.REJECT): CveState.REJECTED,
    (CveState.DISPUTED, Deed.REJECT): CveState.REJECTED,
}
"""The table, written down a second time."""


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def other() -> User:
    return factories.member(name="Mo Member")


@pytest.fixture
def looking(member: User) -> Iterator[None]:
    with acting_as(factories.looking(member)):
        yield


def put(wish: CveRequest, state: CveState, *, people: tuple[User, User]) -> CveRequest:
    """The wish in that state, whatever the way there."""
    named = state in {CveState.ASSIGNED, CveState.PUBLISHED, CveState.DISPUTED}
    two = people if state == CveState.NOT_NEEDED else (None, None)
    with acting_as(SYSTEM):
        CveRequest.objects.filter(pk=wish.pk).update(
            state=state, cve_id="CVE-2026-70001" if named else None, proposed_by=two[0], agreed_by=two[1]
        )
    return again(wish)


def deeds(member: User, wish: CveRequest) -> dict[Deed, Callable[[], object]]:
    """What a person, or what the portal hears, would do for each row of the table."""
    return {
        Deed.PROPOSE: lambda: cves.propose_not_needed(wish, reason="Nobody ran it.", by=member, now=NOW),
        Deed.AGREE: lambda: cves.agree_not_needed(wish, by=member, now=NOW),
        Deed.TAKE_BACK: lambda: cves.take_back(wish, by=member, now=NOW),
        Deed.NEED: lambda: cves.need_after_all(wish, by=member, now=NOW),
        Deed.CHOOSE: lambda: cves.choose_github(wish, by=member, now=NOW),
        Deed.REQUEST: lambda: cves.requested(wish, route=CveRoute.GITHUB, by=None, now=NOW),
        Deed.GIVE_UP: lambda: cves.give_up(wish, by=member, now=NOW),
        Deed.ASSIGN: lambda: cves.enter(wish, cve_id="CVE-2026-40001", by=member, now=NOW),
        Deed.PUBLISH: lambda: cves.mark_published(wish, by=member, now=NOW),
        Deed.DISPUTE: lambda: cves.dispute(wish, reason="The vendor denies it.", by=member, now=NOW),
        Deed.SETTLE: lambda: cves.settle(wish, by=member, now=NOW),
        Deed.REJECT: lambda: cves.reject(wish, reason="A duplicate.", by=member, now=NOW),
    }


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.clause("P15")
def test_each_deed_leads_where_the_table_says_and_from_nowhere_else(member: User, other: User, deed: Deed) -> None:
    wish, led_to = wish_of(), {}

    for state in CveState:
        with transaction.atomic():
            found = put(wish, state, people=(member, other))
            if TABLE[deed].proposed and state == CveState.NEEDED:
                with acting_as(factories.looking(other)):
                    cves.propose_not_needed(found, reason="Nobody ran it.", by=other, now=NOW)
            with acting_as(factories.looking(member)), suppress(Refused):
                deeds(member, found)[deed]()
                led_to[state, deed] = again(wish).state
            assert again(wish).state == led_to.get((state, deed), state)
            transaction.set_rollback(True)

    assert led_to == {(source, each): target for (source, each), target in LEADS_TO.items() if each is deed}


def test_what_a_page_offers_is_what_the_table_allows(member: User, other: User) -> None:
    wish = wish_of()

    offered = {state: possible(put(wish, state, people=(member, other))) for state in CveState}

    needs_proposal = {deed for deed, row in TABLE.items() if row.proposed}
    assert offered == {
        state: {deed for source, deed in LEADS_TO if source == state} - needs_proposal for state in CveState
    }


@pytest.mark.clause("P15")
def test_an_advisory_needs_an_id_until_two_people_say_otherwise(member: User, other: User) -> None:
    wish = wish_of()
    with acting_as(factories.looking(member)):
        cves.propose_not_needed(wish, reason="It is no vulnerability by itself.", by=member, now=NOW)
        with pytest.raises(Refused, match="somebody else has to agree"):
            cves.agree_not_needed(wish, by=member, now=NOW)
    assert again(wish).state == CveState.NEEDED

    with acting_as(factories.looking(other)):
        cves.agree_not_needed(wish, by=other, now=NOW)

    found = again(wish)
    assert (found.state, found.proposed_by, found.agreed_by) == (CveState.NOT_NEEDED, member, other)
    assert found.reason == "It is no vulnerability by itself."


@pytest.mark.clause("P15")
@pytest.mark.usefixtures("looking")
def test_the_others_are_asked_for_their_agreement_each_time_it_is_proposed(member: User, other: User) -> None:
    wish = wish_of()

    cves.propose_not_needed(wish, reason="Nobody ran it.", by=member, now=NOW)
    cves.take_back(wish, by=member, now=NOW)
    cves.propose_not_needed(wish, reason="Nobody ran it, I looked.", by=member, now=NOW)

    told = Notification.objects.filter(kind=NoticeKind.SECOND_ASKED).values_list("user", flat=True)
    assert list(told) == [other.pk, other.pk]


@pytest.mark.usefixtures("looking")
def test_an_id_is_not_asked_for_while_somebody_proposes_that_none_is_needed(member: User) -> None:
    wish = wish_of()
    cves.propose_not_needed(wish, reason="Nobody ran it.", by=member, now=NOW)

    with pytest.raises(Refused, match="Somebody proposes that none is needed"):
        cves.choose_github(wish, by=member, now=NOW)


@pytest.mark.parametrize("words", ["", "  \n "])
@pytest.mark.usefixtures("looking")
def test_what_takes_a_reason_takes_one_with_words(member: User, words: str) -> None:
    needed, assigned, published = wish_of(), assigned_wish("CVE-2026-40001"), assigned_wish("CVE-2026-40002")
    cves.mark_published(published, by=member, now=NOW)

    for act in (
        lambda: cves.propose_not_needed(needed, reason=words, by=member, now=NOW),
        lambda: cves.reject(assigned, reason=words, by=member, now=NOW),
        lambda: cves.dispute(published, reason=words, by=member, now=NOW),
    ):
        with pytest.raises(Refused, match="Say"):
            act()

    states = [again(wish).state for wish in (needed, assigned, published)]
    assert states == [CveState.NEEDED, CveState.ASSIGNED, CveState.PUBLISHED]


@pytest.mark.usefixtures("looking")
def test_each_step_is_an_event_that_names_no_words(member: User) -> None:
    wish = requested_wish()

    cves.enter(wish, cve_id="CVE-2026-40001", by=member, now=NOW)

    event = ReportEvent.objects.filter(kind=EventKind.CVE_CHANGED).order_by("pk").last()
    assert event is not None
    assert (event.user, event.details) == (member, {"wish": wish.pk, "deed": "assign"})


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.clause("P15")
def test_a_developer_of_the_patch_team_decides_nothing_about_it() -> None:
    wish, developer = wish_of(), factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=wish.report, user=developer, role=Role.DEVELOPER, reason="Wrote it.")

    with acting_as(factories.looking(developer, is_member=False)):
        assert may(developer, Permission.SEE, wish.report)
        for deed, act in deeds(developer, wish).items():
            if deed is not Deed.REQUEST:  # which is what the portal does once GitHub has answered
                with pytest.raises(Refused, match="Your role on this report does not include that"):
                    act()

    assert again(wish).state == CveState.NEEDED


# --- The ID itself ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("looking")
def test_an_id_that_another_report_has_is_refused_as_if_it_were_mistyped(member: User) -> None:
    hidden = assigned_wish("CVE-2026-40001")
    wish = wish_of()

    with pytest.raises(Refused) as refusal:
        cves.enter(wish, cve_id=hidden.cve_id or "", by=member, now=NOW)

    assert str(refusal.value) == NOT_FREE
    assert (again(wish).state, again(wish).cve_id) == (CveState.NEEDED, None)


@pytest.mark.usefixtures("looking")
def test_an_id_that_is_published_of_another_vulnerability_is_named_with_it(member: User) -> None:
    PublishedAdvisory.objects.create(
        identifier="WSC-SA-AAAA-AAAA", title="Other", cve_ids=["CVE-2026-40001"], published_at=NOW, modified_at=NOW,
        revision=1, snapshot="",
    )  # fmt: skip

    with pytest.raises(Refused, match=r"another vulnerability, published as WSC-SA-AAAA-AAAA\."):
        cves.enter(wish_of(), cve_id="cve-2026-40001", by=member, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_the_same_id_at_once_one_succeeds() -> None:
    wishes, together = [wish_of(), wish_of()], Barrier(2)
    people = [factories.member(), factories.member()]

    def enter(place: int) -> str:
        try:
            with acting_as(factories.looking(people[place])):
                wish = CveRequest.objects.select_related("report", "advisory").get(pk=wishes[place].pk)
                together.wait(timeout=10)
                cves.enter(wish, cve_id="CVE-2026-40001", by=people[place], now=NOW)
        except Refused as refusal:
            return str(refusal)
        finally:
            connection.close()
        return "entered"

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(enter, [0, 1]))

    assert said == [NOT_FREE, "entered"]
    assert sorted(again(wish).state for wish in wishes) == [CveState.ASSIGNED, CveState.NEEDED]


def test_an_id_that_github_tells_again_and_again_arrives_once() -> None:
    wish = requested_wish()

    with acting_as(SYSTEM):
        for days in range(3):
            cves.arrived(again(wish), "CVE-2026-40001", now=NOW + timedelta(days=days))

    found = again(wish)
    assert (found.state, found.cve_id, found.assigned_at) == (CveState.ASSIGNED, "CVE-2026-40001", NOW)
    with acting_as(SYSTEM):
        assert ReportEvent.objects.filter(kind=EventKind.CVE_CHANGED, details__deed="assign").count() == 1


def test_a_second_id_from_github_is_left_to_people() -> None:
    wish = assigned_wish("CVE-2026-40001")

    with acting_as(SYSTEM):
        cves.arrived(again(wish), "CVE-2026-40002", now=NOW)

    found = again(wish)
    assert found.cve_id == "CVE-2026-40001"
    assert found.problem == "Another ID has come, CVE-2026-40002. Say which of the two is kept."


def test_an_id_that_comes_although_none_was_asked_for_is_taken(member: User) -> None:
    wish = wish_of()
    with acting_as(factories.looking(member)):
        cves.propose_not_needed(wish, reason="Nobody ran it.", by=member, now=NOW)

    with acting_as(SYSTEM):
        cves.arrived(again(wish), "CVE-2026-40001", now=NOW)

    found = again(wish)
    assert (found.state, found.proposed_by) == (CveState.ASSIGNED, None)


# --- Rejected, disputed, two of them ------------------------------------------------------------------------


@pytest.mark.clause("P15")
@pytest.mark.usefixtures("looking")
def test_a_rejected_id_stays_and_another_wish_takes_its_place(member: User) -> None:
    wish = assigned_wish("CVE-2026-40001")

    following = cves.reject(wish, reason="Assigned twice by mistake.", by=member, now=NOW)

    assert (again(wish).state, again(wish).cve_id) == (CveState.REJECTED, "CVE-2026-40001")
    assert (following.state, following.advisory) == (CveState.NEEDED, wish.advisory)
    assert cves.called(wish.advisory).cve_id == ""


@pytest.mark.usefixtures("looking")
def test_a_rejected_id_does_not_come_back_by_hand_or_by_github(member: User) -> None:
    wish = assigned_wish("CVE-2026-40001")
    following = cves.reject(wish, reason="Assigned twice by mistake.", by=member, now=NOW)

    cves.arrived(following, "CVE-2026-40001", now=NOW)
    with pytest.raises(Refused, match="is on record here already, as one that was rejected"):
        cves.enter(following, cve_id="CVE-2026-40001", by=member, now=NOW)

    assert again(following).state == CveState.NEEDED


@pytest.mark.parametrize(
    ("keeps_other", "kept", "dropped"),
    [(False, "CVE-2026-40001", "CVE-2026-40002"), (True, "CVE-2026-40002", "CVE-2026-40001")],
)
@pytest.mark.clause("P15")
@pytest.mark.usefixtures("looking")
def test_of_two_ids_for_one_bug_one_is_kept_and_the_other_refers_to_it(
    member: User, *, keeps_other: bool, kept: str, dropped: str
) -> None:
    wish = assigned_wish("CVE-2026-40001")

    counts = cves.keep_one(wish, other="CVE-2026-40002", keeps_other=keeps_other, by=member, now=NOW)

    rejected = CveRequest.objects.select_related("report").get(advisory=wish.advisory, state=CveState.REJECTED)
    assert (rejected.cve_id, rejected.reason) == (dropped, f"In favour of {kept}.")
    assert (counts.cve_id, cves.called(wish.advisory).cve_id) == (kept, kept)


@pytest.mark.parametrize("keeps_other", [False, True])
@pytest.mark.usefixtures("looking")
def test_a_second_id_that_another_report_has_is_refused_and_changes_nothing(member: User, *, keeps_other: bool) -> None:
    assigned_wish("CVE-2026-40002")
    wish = assigned_wish("CVE-2026-40001")

    with pytest.raises(Refused) as refusal:
        cves.keep_one(wish, other="CVE-2026-40002", keeps_other=keeps_other, by=member, now=NOW)

    assert str(refusal.value) == NOT_FREE
    assert [row.cve_id for row in CveRequest.objects.filter(advisory=wish.advisory)] == ["CVE-2026-40001"]


@pytest.mark.usefixtures("looking")
def test_a_disputed_id_is_still_what_it_is_called(member: User) -> None:
    wish = assigned_wish("CVE-2026-40001")
    cves.mark_published(wish, by=member, now=NOW)

    cves.dispute(wish, reason="Its maintainers say that it is no bug.", by=member, now=NOW)

    assert cves.called(wish.advisory).cve_id == "CVE-2026-40001"


def test_two_wishes_for_one_advisory_are_refused_by_the_database() -> None:
    report: Report = wish_of().report
    advisory = advisory_of(report)

    with acting_as(SYSTEM):
        first, second = cves.need(advisory, now=NOW), cves.need(advisory, now=NOW)

    assert first == second

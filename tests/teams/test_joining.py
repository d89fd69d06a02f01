"""Joining by one's own act, the terms before the first report, and objecting to having had to leave."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from portal.viewer import ANONYMOUS, SYSTEM, acting_as
from reports.enums import Role
from reports.models import Grant
from teams import appealing, confirming, joining, leaving, terms
from teams.enums import AppealState, Leaving
from teams.membership import viewer_for
from teams.models import Appeal, Departure, Maintainership, SecurityTeamMembership, TermsAcceptance, User
from tests import factories
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = timezone.now()


def version(settings: Settings) -> str:
    return str(settings.POLICY.terms.version)


def other_terms(settings: Settings) -> None:
    settings.POLICY = replace(settings.POLICY, terms=replace(settings.POLICY.terms, version="the next"))


@pytest.mark.clause("P19", "P23", "P24")
def test_a_maintainer_joins_by_agreeing_and_by_nobodys_leave(settings: Settings) -> None:
    person = factories.maintainer(terms=False)
    browser = browser_of(person)

    page = browser.get(reverse("join")).content.decode()
    answer = browser.post(reverse("join"), {"agreed": "yes", "version": version(settings)})

    membership = SecurityTeamMembership.objects.get(user=person)
    assert settings.POLICY.terms.confidentiality[0] in page
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert (membership.is_current, membership.is_lead) == (True, False)
    assert TermsAcceptance.objects.filter(user=person, version=version(settings)).exists()


@pytest.mark.clause("P24")
def test_rights_begin_with_the_next_sign_in(settings: Settings) -> None:
    browser = browser_of(factories.maintainer())

    browser.post(reverse("join"), {"agreed": "yes", "version": version(settings)})

    assert browser.get(reverse("queue")).status_code == HTTPStatus.FOUND


@pytest.mark.clause("P20", "P23")
def test_who_maintains_nothing_active_cannot_join(settings: Settings) -> None:
    plain = factories.UserFactory.create()
    former = factories.maintainer(project=factories.ProjectFactory.create(archived_at=NOW))

    for person in (plain, former):
        with pytest.raises(joining.NotNow):
            joining.join(person, version=version(settings), now=NOW)

    assert not SecurityTeamMembership.objects.exists()


def test_nobody_joins_without_agreeing_to_the_terms_in_force(settings: Settings) -> None:
    person = factories.maintainer(terms=False)
    browser = browser_of(person)

    unticked = browser.post(reverse("join"), {"version": version(settings)})
    outdated = browser.post(reverse("join"), {"version": "an earlier", "agreed": "yes"})

    assert (unticked.status_code, outdated.status_code) == (422, 422)
    assert not SecurityTeamMembership.objects.exists()
    assert not TermsAcceptance.objects.exists()


def test_nobody_joins_twice(settings: Settings) -> None:
    member = factories.member()

    with pytest.raises(joining.NotNow, match="already"):
        joining.join(member, version=version(settings), now=NOW)


# --- The terms come before the first report (P22) -----------------------------------------------------------


@pytest.mark.clause("P22")
def test_a_member_sees_no_report_before_agreeing_and_goes_on_where_they_wanted_afterwards(settings: Settings) -> None:
    report, member = factories.receipt().report, factories.member(terms=False)
    browser = browser_of(member)

    before = browser.get(report.get_absolute_url())
    agreed = browser.post(
        reverse("terms"), {"agreed": "yes", "version": version(settings), "next": report.get_absolute_url()}
    )
    after = browser.get(report.get_absolute_url())

    assert before.headers["Location"] == reverse("terms", query={"next": report.get_absolute_url()})
    assert agreed.headers["Location"] == report.get_absolute_url()
    assert after.status_code == HTTPStatus.OK


@pytest.mark.clause("P22")
def test_who_holds_a_grant_sees_nothing_before_agreeing_either() -> None:
    outsider = factories.UserFactory.create(terms=False)
    report = factories.receipt().report
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=outsider, role=Role.OBSERVER, reason="Asked.")

    assert viewer_for(outsider) == ANONYMOUS
    assert browser_of(outsider).get(report.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P22")
def test_changed_terms_are_asked_of_everybody_again(settings: Settings) -> None:
    report, member = factories.receipt().report, factories.member()
    before = browser_of(member).get(report.get_absolute_url()).status_code

    other_terms(settings)

    assert (before, browser_of(member).get(report.get_absolute_url()).status_code) == (200, 302)


def test_terms_that_changed_while_one_read_them_are_not_agreed_to(settings: Settings) -> None:
    person = factories.member(terms=False)
    read = version(settings)
    other_terms(settings)

    with pytest.raises(terms.Outdated):
        terms.accept(person, version=read, now=NOW)

    assert not TermsAcceptance.objects.exists()


def test_agreeing_leads_nowhere_outside(settings: Settings) -> None:
    browser = browser_of(factories.member(terms=False))

    answer = browser.post(
        reverse("terms"), {"agreed": "yes", "version": version(settings), "next": "https://evil.example/"}
    )

    assert answer.headers["Location"] == reverse("dashboard")


@pytest.mark.clause("P24")
def test_one_may_leave_without_agreeing_to_new_terms(settings: Settings) -> None:
    member = factories.member()
    other_terms(settings)

    answer = browser_of(member).post(reverse("step-down"))

    assert answer.headers["Location"] == reverse("stepped-down")
    assert not SecurityTeamMembership.objects.current().exists()


@pytest.mark.clause("P24")
def test_stepping_down_is_one_click_and_ends_the_session() -> None:
    browser = browser_of(factories.member())

    answer = browser.post(reverse("step-down"), follow=True)

    assert "You have stepped down" in answer.content.decode()
    assert browser.get(reverse("dashboard")).status_code == HTTPStatus.FOUND


# --- By hand ------------------------------------------------------------------------------------------------


@pytest.mark.clause("P20")
def test_a_leads_word_makes_a_maintainer_and_its_withdrawal_ends_the_membership() -> None:
    lead, person = factories.member(lead=True), factories.UserFactory.create()
    project = factories.ProjectFactory.create()

    confirming.confirm(person, on=project, reason="Reviews it.", by=lead, now=NOW)
    maintains = Maintainership.objects.current().filter(user=person, project=project).exists()
    joining.join(person, version="2026-11", now=NOW)
    confirming.withdraw(person, on=project, reason="", by=lead, now=NOW)

    assert maintains
    assert not Maintainership.objects.current().filter(user=person).exists()
    assert [each.membership.user for each in leaving.announced()] == [person]


@pytest.mark.parametrize("who", ["a member", "themselves", "without a reason"])
def test_not_everybodys_word_counts(who: str) -> None:
    lead, person = factories.member(lead=True), factories.UserFactory.create()
    by = factories.member() if who == "a member" else lead
    whom = lead if who == "themselves" else person
    reason = "" if who == "without a reason" else "Knows it well."

    with pytest.raises(confirming.Refused):
        confirming.confirm(whom, on=factories.ProjectFactory.create(), reason=reason, by=by, now=NOW)


@pytest.mark.clause("P22")
def test_what_was_typed_before_the_terms_changed_is_not_lost(settings: Settings) -> None:
    member = factories.member()
    browser = browser_of(member)
    other_terms(settings)

    answer = browser.post(reverse("be-away"), {"first_day": "a long and careful text", "last_day": "x"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "a long and careful text" in answer.content.decode()
    assert reverse("terms") in answer.content.decode()


@pytest.mark.parametrize("wanted", ["nowhere", "me", "x" * 3000, "//evil.example/", "a\nb", "\0"])
def test_a_next_page_that_is_no_path_of_ours_is_passed_over(settings: Settings, wanted: str) -> None:
    browser = browser_of(factories.member(terms=False))

    answer = browser.post(reverse("terms"), {"agreed": "yes", "version": version(settings), "next": wanted})

    assert answer.headers["Location"] == reverse("dashboard")


# --- Objecting ----------------------------------------------------------------------------------------------


def left(person: User) -> Departure:
    departure = Departure.objects.create(
        membership=person.security_team_memberships.get(), why=Leaving.NOT_ELIGIBLE, reason="Was not seen."
    )
    leaving.end(departure, now=NOW)
    return departure


@pytest.mark.clause("P25")
def test_who_had_to_leave_objects_and_a_lead_answers() -> None:
    person, lead = factories.member(), factories.member(lead=True)
    left(person)

    browser_of(person).post(reverse("appeal"), {"text": "I review everything."})
    objection = Appeal.objects.get()
    browser_of(lead).post(
        reverse("answer-appeal", args=[objection.pk]), {"state": AppealState.UPHELD, "text": "So you do."}
    )

    page = browser_of(person).get(reverse("me")).content.decode()
    objection.refresh_from_db()
    assert (objection.state, objection.answered_by) == (AppealState.UPHELD, lead)
    assert "So you do." in page


def test_one_objects_once_and_not_to_ones_own_will() -> None:
    person, other = factories.member(), factories.member()
    left(person)
    appealing.appeal(person, text="Look again.", now=NOW)
    departure = leaving.step_down(other, now=NOW)
    assert departure is not None
    leaving.end(departure, now=NOW)

    for who in (person, other):
        with pytest.raises(appealing.Refused):
            appealing.appeal(who, text="And again.", now=NOW)


def test_one_objects_to_what_has_happened() -> None:
    """Who may stay after all loses nothing by it, and holds up no sync."""
    person = factories.member()
    Departure.objects.create(
        membership=person.security_team_memberships.get(), why=Leaving.NOT_ELIGIBLE, reason="Was not seen."
    )

    with pytest.raises(appealing.Refused):
        appealing.appeal(person, text="Look again.", now=NOW)


def test_whose_end_is_set_for_later_does_not_join_twice(settings: Settings) -> None:
    person = factories.member()
    SecurityTeamMembership.objects.update(until=NOW + timedelta(days=300), ended_reason="Said so.")

    with pytest.raises(joining.NotNow):
        joining.join(person, version=version(settings), now=NOW)


def test_a_lead_does_not_answer_their_own_objection() -> None:
    lead = factories.member(lead=True)
    left(lead)
    SecurityTeamMembership.objects.create(user=lead, is_lead=True, reason="Joined again.", since=NOW)
    appealing.appeal(lead, text="Look again.", now=NOW)

    with pytest.raises(appealing.Refused, match="Another lead"):
        appealing.answer(Appeal.objects.get(), state=AppealState.UPHELD, text="Yes.", by=lead, now=NOW)

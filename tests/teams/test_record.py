"""What the record of an account keeps, and who may read it."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.viewer import SYSTEM, UserViewer, acting_as
from teams import sessions
from teams.enums import AccountEventKind
from teams.models import AccountEvent, SecurityTeamMembership, User
from tests import factories
from tests.people import browser_of, code

pytestmark = pytest.mark.django_db


def kept(user: User) -> list[tuple[str, User | None]]:
    with acting_as(SYSTEM):
        return [(event.kind, event.by) for event in AccountEvent.objects.filter(user=user).order_by("seq")]


def details(user: User, kind: AccountEventKind) -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        return list(AccountEvent.objects.filter(user=user, kind=kind).order_by("seq").values_list("details", flat=True))


@pytest.fixture
def administrator() -> User:
    user: User = factories.UserFactory.create(name="Ada", is_administrator=True)
    return user


def test_coming_and_going_are_kept_and_a_new_browser_is_marked() -> None:
    member = factories.member()

    for browser in ("one", "two", "one"):
        client = Client(headers={"user-agent": browser})
        client.force_login(member)
        client.post("/account/logout/")

    came = [AccountEventKind.SIGNED_IN, AccountEventKind.SIGNED_OUT] * 3
    assert kept(member) == [(kind, member) for kind in came]
    assert all("one" not in str(each) for each in details(member, AccountEventKind.SIGNED_IN))


def test_membership_administration_and_the_switch_are_kept_with_who_did_it(administrator: User) -> None:
    person = factories.maintainer(name="New")
    browser = browser_of(administrator)
    today = timezone.now()
    since = {"since_0": f"{today:%Y-%m-%d}", "since_1": "00:00:00", "reason": "Joins.", "is_lead": "on"}

    browser.post("/admin/teams/securityteammembership/add/", {"user": person.pk, **since})
    membership = SecurityTeamMembership.objects.get(user=person)
    ended = {"until_0": f"{today:%Y-%m-%d}", "until_1": "00:00:01", "ended_reason": "Left."}
    browser.post(f"/admin/teams/securityteammembership/{membership.pk}/change/", {**since, **ended})
    page = f"/admin/teams/user/{person.pk}/change/"
    said = {"github_login": person.github_login, "name": person.name, "delivery": "at_once"}
    browser.post(page, {**said, "is_active": "on", "is_administrator": "on"})
    browser.post(page, {**said, "is_active": "on"})
    browser.post(page, said)

    assert kept(person) == [
        (kind, administrator)
        for kind in (
            AccountEventKind.MEMBERSHIP_BEGAN,
            AccountEventKind.MEMBERSHIP_ENDED,
            AccountEventKind.ADMINISTRATOR_MADE,
            AccountEventKind.ADMINISTRATOR_UNMADE,
            AccountEventKind.SWITCHED_OFF,
        )
    ]


def test_the_command_that_makes_administrators_is_kept() -> None:
    call_command("make_administrator", "4711", login="ada")

    assert kept(User.objects.get(github_id=4711)) == [(AccountEventKind.ADMINISTRATOR_MADE, None)]


def test_sessions_that_were_ended_are_kept_with_who_ended_them(administrator: User) -> None:
    member = factories.member()
    key = browser_of(member).session.session_key
    UserSession.objects.create(user=member, session_key=key, ip="127.0.0.1")

    ended = sessions.end_all(member, by=administrator)

    assert ended == 1
    assert kept(member)[-1] == (AccountEventKind.SESSIONS_ENDED, administrator)
    assert details(member, AccountEventKind.SESSIONS_ENDED) == [{"sessions": 1}]


def test_a_search_is_kept_once_an_hour_without_its_words() -> None:
    member = factories.member()
    browser = browser_of(member)

    for _ in range(2):
        browser.get("/reports/?q=traversal")
    browser.get("/admin/reports/report/?q=traversal")

    assert [kind for kind, _ in kept(member)][-2:] == [AccountEventKind.SEARCHED, AccountEventKind.RECORDS_LISTED]
    with acting_as(SYSTEM):
        assert not AccountEvent.objects.filter(details__icontains="traversal").exists()


def test_one_reads_ones_own_record_and_leads_and_administrators_read_all(administrator: User) -> None:
    member, lead, other = factories.member(), factories.member(lead=True), factories.maintainer()
    for user in (member, other):
        Client().force_login(user)

    seen = {}
    for who, is_member in ((member, True), (lead, True), (other, False), (administrator, False)):
        with acting_as(UserViewer(user_id=who.pk, is_member=is_member)):
            seen[who] = set(AccountEvent.objects.values_list("user", flat=True))

    both = {member.pk, other.pk}
    assert seen == {member: {member.pk}, lead: both, other: {other.pk}, administrator: both}


@pytest.mark.usefixtures("half_minute")
@pytest.mark.django_db(transaction=True)
def test_a_second_factor_that_comes_or_goes_is_kept() -> None:
    comes, goes = factories.member(), factories.member()
    newcomer = Client()
    newcomer.force_login(comes)

    newcomer.get(reverse("mfa_activate_totp"))
    secret = newcomer.session["mfa.totp.secret"]
    newcomer.post(reverse("mfa_activate_totp"), {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    leaving = browser_of(goes)
    leaving.post(reverse("mfa_reauthenticate"), {"code": code()})
    leaving.post(reverse("mfa_deactivate_totp"))

    added, removed = AccountEventKind.SECOND_FACTOR_ADDED, AccountEventKind.SECOND_FACTOR_REMOVED
    assert (added, comes) in kept(comes)
    assert details(comes, added)[0]["factor"] == "totp"
    assert kept(goes)[-1] == (removed, goes)
    assert details(goes, removed)[0]["factor"] == "totp"

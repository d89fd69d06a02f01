"""The administration shows and changes no more than need-to-know allows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import conversation, search
from reports.admin import ReportAdmin
from reports.admin_forms import ReportForm
from reports.enums import ClockKind, Door, EventKind, MailState, PutAside, Role
from reports.models import Clock, Grant, InboundMail, Recusal, Report, Reporter, ReportEvent
from teams import leaving
from teams.models import Maintainership, SecurityTeamMembership, User
from tests import factories
from tests.people import browser_of, code, with_second_factor
from tests.places import OF_THE_TEAM

pytestmark = pytest.mark.django_db

CANARY = "canary8213"
OF_REPORTS = [
    *("affectedproject", "clock", "grant", "inboundmail", "notification", "recusal", "report", "reporter"),
    "reportevent",
]
OF_DISCLOSURES = [
    "advisory",
    "affectedproduct",
    "affectedrange",
    "approval",
    "comment",
    "conduct",
    "credit",
    "creditanswer",
    "creditplace",
    "cverequest",
    "leakwaiver",
    "publishedadvisory",
    "publishedfile",
    "publishedrevision",
    "reference",
    "release",
    "repositoryadvisory",
    "revision",
    "ruleexception",
    "step",
]
OF_PEOPLE = [
    "absence",
    "accountevent",
    "appeal",
    "departure",
    "dutyweek",
    "evidence",
    "maintainership",
    "project",
    "securityteammembership",
    "syncrun",
    "termsacceptance",
    "user",
]


@pytest.fixture
def team() -> User:
    return factories.member()


@pytest.fixture
def administrator() -> User:
    return factories.UserFactory.create(is_administrator=True)


@pytest.fixture
def report(team: User) -> Report:
    """With a canary in everything that people wrote."""
    project = factories.ProjectFactory.create()
    receipt = factories.receipt(
        summary=f"Summary {CANARY}",
        description=f"Description {CANARY}",
        affected_versions=CANARY,
        reproduction=CANARY,
        impact=CANARY,
        public_where=CANARY,
        dependency_name=CANARY,
        exploit_evidence=CANARY,
        projects=[project],
    )
    with acting_as(factories.looking(team)):
        seen = Report.objects.get(pk=receipt.report.pk)
        conversation.note(seen, f"Note {CANARY}", by=team, now=timezone.now())
        Recusal.objects.create(report=seen, user=factories.member())
        InboundMail.objects.create(
            report=seen, identity="of-the-report", door=Door.PIPE, arrived_at=timezone.now(), state=MailState.ASIDE,
            why=PutAside.UNVERIFIED, subject=CANARY, text=CANARY, sender_name=CANARY, size=1,
        )  # fmt: skip
    return receipt.report


class Page(NamedTuple):
    status: int
    text: str


def look(client: Client, url: str) -> Page:
    answer = client.get(url)
    return Page(answer.status_code, answer.content.decode())


def pages_of(client: Client, models: list[str], app: str) -> Iterator[tuple[str, Page]]:
    """Every list, search, row and history of these models that the links lead to."""
    for model in models:
        url = reverse(f"admin:{app}_{model}_changelist")
        listed = look(client, url)
        yield url, listed
        yield f"{url}?q=x", look(client, f"{url}?q=x")
        for link in set(re.findall(rf'href="({url}\d+/change/)', listed.text)):
            yield link, look(client, link)
            yield f"{link}history/", look(client, link.replace("change/", "history/"))


@pytest.mark.clause("P8")
def test_nothing_that_people_wrote_is_shown_even_to_the_team(team: User, report: Report) -> None:
    client = browser_of(team)

    seen = dict(pages_of(client, OF_REPORTS, "reports"))

    assert {page.status for page in seen.values()} == {HTTPStatus.OK}
    assert len(seen) > 2 * len(OF_REPORTS)
    assert any(report.reference in page.text for page in seen.values())
    assert [url for url, page in seen.items() if CANARY in page.text] == []


@pytest.mark.clause("P8")
@pytest.mark.parametrize("model", OF_REPORTS)
def test_an_administrator_sees_no_report(administrator: User, report: Report, model: str) -> None:
    client = browser_of(administrator)
    with acting_as(SYSTEM):
        number = Report.objects.get().pk

    index = client.get(reverse("admin:index")).content.decode()
    listed = client.get(reverse(f"admin:reports_{model}_changelist"))
    there = client.get(reverse(f"admin:reports_{model}_change", args=[number]))
    nowhere = client.get(reverse(f"admin:reports_{model}_change", args=[987654]))

    assert "/admin/reports/" not in index
    assert listed.status_code == there.status_code == nowhere.status_code == HTTPStatus.FORBIDDEN
    assert report.reference not in (index + listed.content.decode() + there.content.decode())


@pytest.mark.clause("P8")
def test_a_recused_member_finds_the_report_nowhere_in_the_administration(report: Report) -> None:
    recused = factories.member()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=recused)
    client = browser_of(recused)

    seen = dict(pages_of(client, OF_REPORTS, "reports"))
    there = client.get(reverse("admin:reports_report_change", args=[report.pk]), follow=True)
    nowhere = client.get(reverse("admin:reports_report_change", args=[987654]), follow=True)

    assert [url for url, page in seen.items() if report.reference in page.text] == []
    assert there.redirect_chain == nowhere.redirect_chain
    assert report.reference not in there.content.decode()
    assert "0 reports" in seen[reverse("admin:reports_report_changelist")].text


@pytest.mark.parametrize("who", ["maintainer", "plain"])
@pytest.mark.usefixtures("report")
def test_nobody_else_comes_in(who: str) -> None:
    user = factories.maintainer() if who == "maintainer" else factories.UserFactory.create()
    client = browser_of(user)

    answers = [client.get(reverse("admin:index")), client.get(reverse("admin:reports_report_changelist"))]

    assert [answer.status_code for answer in answers] == [HTTPStatus.FORBIDDEN] * 2


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/admin/teams/user/", "/account/login/?next=/admin/teams/user/"),
        ("/admin/login/?next=/admin/teams/user/", "/account/login/?next=%2Fadmin%2Fteams%2Fuser%2F"),
        ("/admin/login/?next=//evil.example/", "/account/login/?next=%2Fadmin%2F"),
        ("/admin/login/", "/account/login/?next=%2Fadmin%2F"),
    ],
)
def test_a_stranger_is_led_to_the_one_way_in(asked: str, led: str) -> None:
    assert Client().get(asked).headers["Location"] == led


@pytest.mark.parametrize("name", ["password_change", "password_change_done"])
def test_there_is_no_password_to_change(administrator: User, name: str) -> None:
    assert browser_of(administrator).get(reverse(f"admin:{name}")).status_code == HTTPStatus.NOT_FOUND


def test_an_administrator_without_second_factor_is_led_to_set_one_up(administrator: User) -> None:
    client = Client()
    client.force_login(administrator)

    answer = client.get(reverse("admin:index"))

    assert answer.headers["Location"] == reverse("second-factor")


@pytest.mark.parametrize("confirmed_ago", [None, 16 * 60])
def test_the_second_factor_is_asked_for_again_and_what_was_sent_goes_on(
    administrator: User, confirmed_ago: float | None
) -> None:
    client = browser_of(administrator, confirmed_ago=confirmed_ago)
    form = {"name": "new", "repository": "example/new", "description": "", "github_id": ""}
    url = reverse("admin:teams_project_add")

    asked = client.post(url, {**form, "archived_at_0": "", "archived_at_1": ""})
    assert asked.headers["Location"] == f"/account/2fa/reauthenticate/?next={url.replace('/', '%2F')}"
    went_on = client.post(asked.headers["Location"], {"code": code()})

    assert went_on.headers["Location"] == reverse("admin:teams_project_changelist")
    assert client.get(reverse("admin:index")).status_code == HTTPStatus.OK


def test_only_models_that_we_say_how_to_correct_are_there() -> None:
    names = {f"{model._meta.app_label}.{model._meta.model_name}" for model in admin.site._registry}  # noqa: SLF001

    ours = {"reports": OF_REPORTS, "disclosures": OF_DISCLOSURES, "teams": OF_PEOPLE}
    assert names == {f"{app}.{name}" for app, models in ours.items() for name in models}
    assert not {Authenticator, Session, UserSession, LogEntry} & set(admin.site._registry)  # noqa: SLF001


def test_nothing_can_be_deleted(administrator: User, team: User, report: Report) -> None:
    del report
    for make in OF_THE_TEAM.values():
        make(team)
    for user, app, models in ((administrator, "teams", OF_PEOPLE), (team, "reports", OF_REPORTS)):
        client = browser_of(user)
        for model in models:
            url = reverse(f"admin:{app}_{model}_changelist")
            row = re.search(rf'href="({url}\d+)/change/', client.get(url).content.decode())
            assert row, model
            assert client.post(f"{row[1]}/delete/", {"post": "yes"}).status_code == HTTPStatus.FORBIDDEN
            assert "delete_selected" not in client.get(url).content.decode()


def test_members_look_at_people_and_only_administrators_change_them(team: User) -> None:
    client = browser_of(team)
    url = reverse("admin:teams_user_change", args=[team.pk])

    page, tried = client.get(url), client.post(url, {"github_login": "me", "is_administrator": "on"})

    assert page.status_code == HTTPStatus.OK
    assert tried.status_code == HTTPStatus.FORBIDDEN
    team.refresh_from_db()
    assert not team.is_administrator


def correct(client: Client, name: str, number: int, /, **changes: str) -> HttpResponse:
    """Open the row, change these fields and send everything back."""
    url = reverse(f"admin:{name}_change", args=[number])
    form = client.get(url).context["adminform"].form
    fields: dict[str, str] = {}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "widgets"):
            parts = field.field.widget.decompress(value) if value else [None, None]
            fields |= {f"{field.html_name}_{place}": str(part or "") for place, part in enumerate(parts)}
        elif value is True:
            fields[field.html_name] = "on"
        elif value not in (None, False):
            fields[field.html_name] = ",".join(value) if isinstance(value, list) else str(value)
    response = client.post(url, {**fields, **changes})
    assert isinstance(response, HttpResponse)
    return response


def errors_in(page: bytes) -> list[str]:
    return re.findall(r'<ul class="errorlist[^"]*"[^>]*><li>([^<]*)', page.decode())


def corrections() -> list[dict[str, object]]:
    with acting_as(SYSTEM):
        return list(ReportEvent.objects.filter(kind=EventKind.CORRECTED).values_list("details", flat=True))


def test_a_corrected_vector_brings_its_score_and_leaves_an_event(team: User, report: Report) -> None:
    client = browser_of(team)

    correct(
        client,
        "reports_report",
        report.pk,
        cvss31_vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cwe_ids="CWE-22",
    )

    with acting_as(SYSTEM):
        after = Report.objects.get(pk=report.pk)
        event = ReportEvent.objects.get(kind=EventKind.CORRECTED)
    assert (str(after.cvss_score), after.severity, after.cwe_ids) == ("9.8", "critical", ["CWE-22"])
    assert (event.user, event.details) == (team, {"model": "report", "fields": ["cvss31_vector", "cwe_ids"]})
    assert after.summary == f"Summary {CANARY}"


def test_a_correction_puts_nothing_back_that_was_changed_meanwhile(team: User, report: Report) -> None:
    request = RequestFactory().post("/")
    request.user = team
    with acting_as(factories.looking(team)):
        form = ReportForm({"cvss31_vector": "", "cwe_ids": "CWE-22"}, instance=Report.objects.get(pk=report.pk))
        form.full_clean()
        Report.objects.filter(pk=report.pk).update(data_key=b"wrapped anew", data_key_by="next")

        ReportAdmin(Report, admin.site).save_model(request, form.save(commit=False), form, change=True)

        kept = Report.objects.get(pk=report.pk)
    assert (kept.cwe_ids, bytes(kept.data_key), kept.data_key_by) == (["CWE-22"], b"wrapped anew", "next")


def test_a_wrong_vector_is_refused_at_its_field(team: User, report: Report) -> None:
    answer = correct(
        browser_of(team),
        "reports_report",
        report.pk,
        cvss31_vector="CVSS:3.1/nonsense",
        cvss40_vector="CVSS:3.1/AV:N",
        cwe_ids="79",
    )

    assert len(errors_in(answer.content)) == 3
    assert corrections() == []


def test_saving_without_a_change_leaves_no_event(team: User, report: Report) -> None:
    answer = correct(browser_of(team), "reports_report", report.pk)

    assert answer.status_code == HTTPStatus.FOUND
    assert corrections() == []


def test_djangos_own_log_knows_nothing_of_reports(team: User, administrator: User, report: Report) -> None:
    """Its table knows no need-to-know, and shows everybody what they once did."""
    client = browser_of(team)
    with acting_as(SYSTEM):
        reporter, recusal = Reporter.objects.get(), Recusal.objects.get()

    correct(client, "reports_reporter", reporter.pk, name=f"New {CANARY}", email=f"{CANARY}@example.org")
    correct(client, "reports_report", report.pk, cwe_ids="CWE-22")

    correct(client, "reports_recusal", recusal.pk, reason=CANARY)
    correct(browser_of(administrator), "teams_user", team.pk, name="A new name")

    assert list(LogEntry.objects.values_list("object_repr", flat=True)) == ["A new name"]
    assert report.reference not in look(client, reverse("admin:index")).text
    assert len(corrections()) == 3
    assert CANARY not in str(corrections())


def test_a_history_names_who_corrected_something(team: User, report: Report) -> None:
    client = browser_of(team)
    correct(client, "reports_report", report.pk, cwe_ids="CWE-22")

    history = look(client, reverse("admin:reports_report_history", args=[report.pk])).text

    assert f"({team})" in history
    assert "Changed cwe_ids." in history


def test_a_history_ends_with_the_access_to_its_report(team: User, report: Report) -> None:
    client = browser_of(team)
    correct(client, "reports_report", report.pk, cwe_ids="CWE-22")
    assert report.reference in look(client, reverse("admin:reports_report_history", args=[report.pk])).text
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=team)

    there, nowhere = (
        client.get(reverse("admin:reports_report_history", args=[number]), follow=True)
        for number in (report.pk, 987654)
    )

    assert there.redirect_chain == nowhere.redirect_chain
    assert report.reference not in there.content.decode()


def test_the_administration_says_whose_time_it_shows(administrator: User) -> None:
    page = look(browser_of(administrator), reverse("admin:index")).text

    assert "Times are those of America/New_York." in page


def test_a_reporters_new_name_is_found_by_searching(team: User, report: Report) -> None:
    del report
    with acting_as(SYSTEM):
        reporter = Reporter.objects.get()

    correct(browser_of(team), "reports_reporter", reporter.pk, name="Zebulon")

    with acting_as(SYSTEM):
        found = search.matching(Report.objects.all(), query="zebulon")
        assert [report.pk for report in found] == [Reporter.objects.get().report_id]


def test_a_member_can_wall_somebody_off_even_themselves(team: User, report: Report) -> None:
    client = browser_of(team)
    form = {"report": str(report.pk), "user": str(team.pk), "reason": "", "recused_at_0": "2026-01-05"}

    answer = client.post(
        reverse("admin:reports_recusal_add"),
        {**form, "recused_at_1": "10:00:00", "lifted_at_0": "", "lifted_at_1": ""},
        follow=True,
    )

    assert answer.status_code == HTTPStatus.OK
    assert report.reference not in client.get(reverse("admin:reports_report_changelist")).content.decode()
    assert [details["model"] for details in corrections()] == ["recusal"]


def test_a_recusal_names_no_report_that_one_may_not_see(report: Report) -> None:
    recused = factories.member()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=recused)
    form = {"user": str(recused.pk), "recused_at_0": "2026-01-05", "recused_at_1": "10:00:00"}
    client, url = browser_of(recused), reverse("admin:reports_recusal_add")

    hidden = client.post(url, {**form, "report": str(report.pk)})
    missing = client.post(url, {**form, "report": "987654"})

    assert errors_in(hidden.content) == errors_in(missing.content) != []


def test_a_revoked_grant_says_by_whom_and_stays_revoked(team: User, report: Report) -> None:
    with acting_as(SYSTEM):
        grant = Grant.objects.create(
            report=report, user=factories.maintainer(), role=Role.DEVELOPER, reason="Wrote it.", granted_by=team
        )
    client = browser_of(team)

    correct(client, "reports_grant", grant.pk, revoked_at_0="2026-06-01", revoked_at_1="10:00:00")
    again = correct(client, "reports_grant", grant.pk, revoked_at_0="", revoked_at_1="")

    with acting_as(SYSTEM):
        grant = Grant.objects.get(pk=grant.pk)
    assert grant.revoked_by == team
    assert "stays so" in errors_in(again.content)[0]


@pytest.mark.parametrize("later", ["2031-01-01", ""])
@pytest.mark.clause("P8")
def test_a_grant_ends_no_later_by_a_correction(team: User, report: Report, later: str) -> None:
    now = timezone.now()
    with acting_as(SYSTEM):
        grant = Grant.objects.create(
            report=report, user=team, role=Role.BREAK_GLASS, reason="An emergency.", expires_at=now + timedelta(hours=1)
        )
    client, hour = browser_of(team), "10:00:00" if later else ""

    refused = correct(client, "reports_grant", grant.pk, expires_at_0=later, expires_at_1=hour)
    soon = timezone.localtime(now + timedelta(minutes=30))
    correct(client, "reports_grant", grant.pk, expires_at_0=f"{soon:%Y-%m-%d}", expires_at_1=f"{soon:%H:%M:%S}")

    assert "not later" in errors_in(refused.content)[0]
    with acting_as(SYSTEM):
        assert Grant.objects.get(pk=grant.pk).expires_at == soon.replace(microsecond=0)


def test_a_moved_deadline_moves_the_report_in_the_lists(team: User, report: Report) -> None:
    with acting_as(SYSTEM):
        clock = Clock.objects.get(kind=ClockKind.ACKNOWLEDGE)

    correct(browser_of(team), "reports_clock", clock.pk, due_at_0="2031-01-01", due_at_1="10:00:00")

    with acting_as(SYSTEM):
        after = Report.objects.get(pk=report.pk)
    assert after.next_due_at is not None
    assert after.next_due_at.year == 2031


@pytest.mark.clause("P25")
def test_a_membership_ends_for_a_reason_and_at_once(administrator: User, team: User) -> None:
    client = browser_of(administrator)
    membership = SecurityTeamMembership.objects.get(user=team)
    end = {"until_0": "2026-06-01", "until_1": "10:00:00"}

    refused = correct(client, "teams_securityteammembership", membership.pk, **end)
    correct(client, "teams_securityteammembership", membership.pk, **end, ended_reason="Left.")

    assert errors_in(refused.content) == ["Say why it ends."]
    assert User.objects.get(pk=team.pk).membership is None
    assert browser_of(team).get(reverse("admin:index")).status_code == HTTPStatus.FORBIDDEN


def test_a_maintainership_ends_for_a_reason(administrator: User) -> None:
    factories.maintainer()
    row = Maintainership.objects.get()

    answer = correct(
        browser_of(administrator), "teams_maintainership", row.pk, until_0="2026-06-01", until_1="10:00:00"
    )

    assert errors_in(answer.content) == ["Say why it ends."]


@pytest.mark.clause("P20")
@pytest.mark.clause("P23")
def test_only_active_maintainers_of_active_projects_join_the_team(administrator: User) -> None:
    client, url = browser_of(administrator), reverse("admin:teams_securityteammembership_add")
    former = factories.maintainer(project=factories.ProjectFactory.create(archived_at=timezone.now()))
    active = factories.maintainer()

    def join(user: User) -> HttpResponse:
        form = {"user": str(user.pk), "reason": "Offered.", "since_0": "2026-01-05", "since_1": "10:00:00"}
        response = client.post(url, {**form, "until_0": "", "until_1": "", "ended_reason": ""})
        assert isinstance(response, HttpResponse)
        return response

    refused, welcomed = join(former), join(active)

    assert "maintain no active project" in errors_in(refused.content)[0]
    assert welcomed.status_code == HTTPStatus.FOUND
    assert list(SecurityTeamMembership.objects.values_list("user", flat=True)) == [active.pk]


def test_somebody_is_left_to_administer(administrator: User) -> None:
    form = {"github_login": "x", "delivery": "at_once", "is_active": "on"}

    answer = browser_of(administrator).post(reverse("admin:teams_user_change", args=[administrator.pk]), form)

    assert "only administrator" in errors_in(answer.content)[0]


def listed_browser_of(user: User) -> Client:
    """Among their sessions, as one that came in by the door."""
    theirs = browser_of(user)
    UserSession.objects.get_or_create(
        session_key=theirs.session.session_key, defaults={"user": user, "ip": "127.0.0.1", "user_agent": "x"}
    )
    return theirs


def test_leaving_the_team_ends_the_sessions_at_once(administrator: User, team: User) -> None:
    theirs, membership = listed_browser_of(team), SecurityTeamMembership.objects.get(user=team)
    end = {"until_0": "2026-06-01", "until_1": "10:00:00", "ended_reason": "Left."}

    correct(browser_of(administrator), "teams_securityteammembership", membership.pk, reason="Joined in spring.")
    before = theirs.get(reverse("mfa_index")).status_code
    correct(browser_of(administrator), "teams_securityteammembership", membership.pk, **end)

    assert (before, theirs.get(reverse("mfa_index")).status_code) == (HTTPStatus.OK, HTTPStatus.FOUND)


@pytest.mark.clause("P25")
def test_what_a_member_looked_after_changes_hands_when_they_are_put_out(administrator: User, team: User) -> None:
    """However long ago the end is dated; and what has ended does not begin again by a correction."""
    client, membership = browser_of(administrator), SecurityTeamMembership.objects.get(user=team)
    SecurityTeamMembership.objects.update(since=timezone.now() - timedelta(days=400))
    end = {"until_0": f"{timezone.now() - timedelta(days=90):%Y-%m-%d}", "until_1": "10:00:00"}

    correct(client, "teams_securityteammembership", membership.pk, **end, ended_reason="Left.")
    announced = list(leaving.announced().values_list("membership", flat=True))
    for departure in leaving.announced():
        leaving.end(departure, now=timezone.now())
    again = correct(client, "teams_securityteammembership", membership.pk, until_0="", until_1="", ended_reason="")

    assert announced == [membership.pk]
    assert "They may join again" in " ".join(errors_in(again.content))


@pytest.mark.clause("P20", "P25")
def test_whose_account_is_switched_off_leaves_the_team(administrator: User, team: User) -> None:
    form = {"github_login": team.github_login, "delivery": "at_once"}

    browser_of(administrator).post(reverse("admin:teams_user_change", args=[team.pk]), form)

    assert [departure.membership.user for departure in leaving.announced()] == [team]


def test_a_new_administrator_signs_in_anew(administrator: User) -> None:
    user = factories.UserFactory.create()
    theirs = listed_browser_of(user)

    correct(browser_of(administrator), "teams_user", user.pk, is_administrator="on")

    assert User.objects.get(pk=user.pk).is_administrator
    assert theirs.get(reverse("mfa_index")).status_code == HTTPStatus.FOUND


def test_an_administrator_signs_somebody_out_everywhere(administrator: User) -> None:
    user = factories.UserFactory.create()
    theirs = listed_browser_of(user)

    browser_of(administrator).post(
        reverse("admin:teams_user_changelist"), {"action": "sign_out", "_selected_action": [str(user.pk)]}
    )

    assert theirs.get(reverse("mfa_index")).status_code == HTTPStatus.FOUND


def test_an_account_can_be_made_before_its_person_signs_in(administrator: User) -> None:
    form = {"github_id": "4711", "github_login": "soon", "delivery": "at_once", "is_active": "on"}

    browser_of(administrator).post(reverse("admin:teams_user_add"), form)

    user = User.objects.get(github_id=4711)
    assert not user.has_usable_password()


def test_lists_ask_the_same_number_of_questions_however_long_they_are(team: User) -> None:
    client = browser_of(team)
    with_second_factor(team)
    factories.receipt()
    url = reverse("admin:reports_report_changelist")
    client.get(url)  # the record keeps once an hour that somebody looked

    client.get(url)  # the record keeps once an hour that somebody had them listed
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    factories.receipt()
    factories.receipt()
    with CaptureQueriesContext(connection) as three:
        client.get(url)

    assert len(one) == len(three) <= 12

"""The administration shows no more than need-to-know allows, and nothing that people wrote."""

import re
from http import HTTPStatus

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.viewer import SYSTEM, acting_as
from reports.models import Recusal, Report, Reporter
from teams.models import User
from tests import factories
from tests.canaries import Canaries
from tests.cast import Stage, Who
from tests.people import browser_of, with_second_factor
from tests.places import address
from tests.portal.administration.correcting import correct, corrections
from tests.portal.administration.rows import CANARY, OF_NEED_TO_KNOW, look, pages_of

pytestmark = pytest.mark.django_db

PUT_RIGHT_THERE = {
    "/admin/reports/reporter/N/change/",  # names and addresses: opening it is asking for them
    "/admin/reports/grant/N/change/",  # why somebody was let in
    "/admin/reports/recusal/N/change/",  # why somebody was walled off
}
"""Each page whose form puts right what somebody wrote."""


@pytest.mark.clause("P8")
def test_nothing_that_people_wrote_is_shown_even_to_the_team(stage: Stage, canaries: Canaries) -> None:
    client = stage.browser(Who.MEMBER)

    seen = dict(pages_of(client, OF_NEED_TO_KNOW))

    told = {url for url, page in seen.items() if canaries.found_in(page.text)}
    assert {re.sub(r"\d+", "N", url) for url in told} == PUT_RIGHT_THERE
    assert {page.status for page in seen.values()} == {HTTPStatus.OK}
    assert {reverse(f"admin:{name}_changelist") for name in OF_NEED_TO_KNOW} == {
        url.rpartition("/change/")[0].rstrip("0123456789") for url in seen if url.endswith("/change/")
    }
    assert any(stage.report.reference in page.text for page in seen.values())


@pytest.mark.clause("P8")
def test_an_administrator_sees_no_report(stage: Stage) -> None:
    client = stage.browser(Who.ADMINISTRATOR)
    here = {f"admin:{name}_change" for name in OF_NEED_TO_KNOW}

    index = look(client, reverse("admin:index")).text
    there = {name: look(client, address(name, stage)) for name in here}
    nowhere = {name: look(client, reverse(name, args=[987654])) for name in here}
    listed = {name: look(client, reverse(f"admin:{name}_changelist")) for name in OF_NEED_TO_KNOW}

    assert "/admin/reports/" not in index
    assert "/admin/disclosures/" not in index
    answers = [*there.values(), *nowhere.values(), *listed.values()]
    assert {answer.status for answer in answers} == {HTTPStatus.FORBIDDEN}
    assert [answer for answer in answers if stage.report.reference in answer.text] == []


@pytest.mark.clause("P8")
def test_a_recused_member_finds_the_report_nowhere_in_the_administration(report: Report) -> None:
    recused = factories.member()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=report, user=recused)
    client = browser_of(recused)

    seen = dict(pages_of(client, OF_NEED_TO_KNOW))
    there = client.get(reverse("admin:reports_report_change", args=[report.pk]), follow=True)
    nowhere = client.get(reverse("admin:reports_report_change", args=[987654]), follow=True)

    assert [url for url, page in seen.items() if report.reference in page.text] == []
    assert there.redirect_chain == nowhere.redirect_chain
    assert report.reference not in there.content.decode()
    assert "0 reports" in seen[reverse("admin:reports_report_changelist")].text


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

"""The record of a report is put straight under its need-to-know, and each correction is an event."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import search
from reports.admin import ReportAdmin
from reports.admin_forms import ReportForm
from reports.enums import ClockKind, EventKind, Role
from reports.models import Clock, Grant, Recusal, Report, Reporter, ReportEvent
from teams.models import User
from tests import factories
from tests.people import browser_of
from tests.portal.administration.correcting import correct, corrections, errors_in
from tests.portal.administration.rows import CANARY

pytestmark = pytest.mark.django_db


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

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from disclosures.enums import StepKind, StepState
from disclosures.models import PublishedAdvisory, RepositoryAdvisory, Step
from portal.sandbox_models import SandboxAdvisory, SandboxRelease
from portal.viewer import SYSTEM, acting_as
from reports.enums import ClockKind, DeclineReason, MailState, NoticeState, PutAside, State
from reports.models import Clock, GitHubReport, Grouping, InboundMail, Notification, Report
from teams.models import Project, User
from tests import factories


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The sample organisation, made once for the tests that only look at it."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


def load() -> str:
    said = StringIO()
    call_command("sample_organisation", stdout=said)
    return said.getvalue()


@pytest.mark.usefixtures("sample")
def test_the_sample_has_reports_in_every_state_and_declined_for_every_reason() -> None:
    with acting_as(SYSTEM):
        assert 27 <= Report.objects.count() <= 33
        assert set(Report.objects.values_list("state", flat=True)) == set(State)
        reasons = set(Report.objects.exclude(decline_reason="").values_list("decline_reason", flat=True))
        assert reasons == set(DeclineReason)
        assert Report.objects.in_quarantine().count() == 3
        assert Report.objects.filter(waiting_since__isnull=False).count() == 1


@pytest.mark.usefixtures("sample")
def test_one_promise_of_the_sample_is_broken_and_some_come_due_soon() -> None:
    with acting_as(SYSTEM):
        now = timezone.now()
        running = Clock.objects.filter(stopped_at=None)
        late = running.filter(due_at__lte=now)
        assert [clock.kind for clock in late] == [ClockKind.ACKNOWLEDGE]
        assert late.get().breached_at is not None
        assert 2 <= running.filter(due_at__gt=now, warn_at__lte=now).count() <= 8
        assert not Clock.objects.filter(started_at__gt=now).exists()


@pytest.mark.usefixtures("sample")
def test_the_sample_has_projects_one_of_them_archived_and_the_whole_cast() -> None:
    assert Project.objects.filter(archived_at=None).count() == 12
    assert Project.objects.exclude(archived_at=None).count() == 1
    assert User.objects.filter(is_administrator=True).count() == 1
    assert sum(user.membership is not None for user in User.objects.all()) == 4


@pytest.mark.usefixtures("sample")
def test_the_sample_has_told_the_world_and_its_github_agrees() -> None:
    with acting_as(SYSTEM):
        rows = RepositoryAdvisory.objects.exclude(ghsa_id=None).values_list("ghsa_id", "state")
        public = {row.ghsa_id for row in RepositoryAdvisory.objects.filter(state="published")}
        failed = Step.objects.select_related("report", "project").get(state=StepState.FAILED)
        reported = GitHubReport.objects.values_list("ghsa_id", "state")
        assert set(rows) | set(reported) == set(SandboxAdvisory.objects.values_list("ghsa_id", "state"))
        assert len(reported) == 1
        assert (failed.kind, failed.project and failed.project.name) == (StepKind.PUBLISH, "typescript")
        assert "belongs to the same day" in failed.problem
    assert {name for row in PublishedAdvisory.objects.all() for name in row.ghsa_ids} == public
    assert sum(bool(row.cve_ids) for row in PublishedAdvisory.objects.all()) == 1
    assert SandboxRelease.objects.filter(notes__contains="GHSA-").count() == len(public)


@pytest.mark.usefixtures("sample")
def test_the_sample_has_a_group_a_mail_from_a_list_and_a_report_of_what_is_public() -> None:
    with acting_as(SYSTEM):
        groups = Grouping.objects.filter(ended_at=None).values("group").annotate(size=Count("pk"))
        assert [row["size"] for row in groups] == [2]
        mail = InboundMail.objects.select_related("report").get()
        assert (mail.state, mail.why) == (MailState.REPORT, PutAside.LIST)
        assert mail.report is not None
        assert mail.report.quarantined_at is not None
        assert Report.objects.filter(already_public=True, state=State.TRIAGE).count() == 1


@pytest.mark.usefixtures("sample")
def test_nobody_is_mailed_about_the_past() -> None:
    with acting_as(SYSTEM):
        assert Notification.objects.filter(state=NoticeState.SENT).count() > 50
        assert not Notification.objects.exclude(state=NoticeState.SENT).exists()


@pytest.mark.usefixtures("sample")
def test_the_sample_is_loaded_once() -> None:
    with acting_as(SYSTEM):
        before = Report.objects.count()

    again = load()

    with acting_as(SYSTEM):
        assert Report.objects.count() == before
    assert "nothing was changed" in again


@pytest.mark.django_db
def test_the_sample_leaves_an_organisation_alone_that_has_people() -> None:
    factories.UserFactory.create()

    load()

    assert User.objects.count() == 1


def test_the_sample_is_not_for_production(settings: Settings) -> None:
    settings.RELAXED = False

    with pytest.raises(CommandError, match="neither a demo nor development"):
        load()

"""From the button on GitHub to the conversation here and back, as the demo walks it: every page, and real sign-in."""

import pytest
import requests
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.demo.cast import FINDER
from portal.demo.github import state
from portal.models import GitHubDelivery
from portal.sandbox_models import SandboxAdvisory
from portal.viewer import SYSTEM, acting_as
from reports import tasks
from reports.models import GitHubReport
from tests import factories
from tests.github.sandboxed import NOW, wash
from tests.github_wire import Browser, Wire
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]


@pytest.mark.clause("P1", "P7", "P11")
def test_a_report_by_the_button_on_github_is_acknowledged_there_and_talked_about_here(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    wire = Wire()
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: wire)
    state.settle(now=NOW)
    repository = wash()
    factories.ProjectFactory.create(name="wash", repository=repository.full_name, github_id=repository.pk)
    desk = browser_of(factories.member(name="Mira Member"))

    said = {"by": FINDER.id, "summary": "It leaks", "description": "Much."}
    Client().post(reverse("demo-github-report", args=[repository.pk]), said)
    tasks.hear_github(GitHubDelivery.objects.get().pk)
    with acting_as(SYSTEM):
        row = GitHubReport.objects.select_related("report").get()
        reference = row.report.reference
    desk.post(reverse("report-move", args=[reference, "acknowledge"]), {"message": "I have read it.", "take": "on"})
    tasks.tell_github(row.report_id)

    assert SandboxAdvisory.objects.get().state == "draft"
    door = reverse("open-github-report", args=[row.ghsa_id])
    gita = Browser(Client())
    assert gita.sign_in(FINDER.id, after=door).headers["Location"] == door
    gita.client.post(door)
    page = gita.client.get(reverse("track", args=[reference])).content.decode()
    assert "I have read it." in page
    submission = page.partition('name="submission" value="')[2].partition('"')[0]
    gita.client.post(reverse("track", args=[reference]), {"submission": submission, "text": "Thank you, Mira."})
    assert "Thank you, Mira." in desk.get(reverse("report", args=[reference])).content.decode()

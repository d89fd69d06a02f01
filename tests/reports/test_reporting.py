"""A stranger reports, from the first page to the link."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Report

pytestmark = pytest.mark.django_db

FORM = "/report/new/"


@pytest.fixture(autouse=True)
def own_store(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def submission_of(page: bytes) -> str:
    found = re.search(r'name="submission" value="([^"]+)"', page.decode())
    assert found is not None
    return found[1]


def filled_in(client: Client, **changes: object) -> dict[str, object]:
    """A form that was just opened, with the least that is required."""
    return {
        "submission": submission_of(client.get(FORM).content),
        "summary": "Path traversal in the file provider",
        "description": "A component leaves its folder.",
        "project_unknown": "on",
        **changes,
    }


def stored_report() -> Report:
    with acting_as(SYSTEM):
        return Report.objects.get()


def test_the_least_is_enough_and_leads_to_the_link(client: Client) -> None:
    answer = client.post(FORM, filled_in(client), follow=True)

    report = stored_report()
    page = answer.content.decode()
    assert answer.redirect_chain == [("/report/sent/", 302)]
    assert report.state == State.RECEIVED
    assert report.reference in page
    assert re.search(r"http://localhost:8000/r/[\w-]{43}/", page)
    assert answer["Cache-Control"] == "no-store, private"

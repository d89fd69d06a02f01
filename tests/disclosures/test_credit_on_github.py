"""Whoever is credited in a private report on GitHub is a finder whom its reporter named, and has agreed to nothing."""

from datetime import UTC, datetime

import pytest

from disclosures import credits as thanks
from disclosures.enums import CreditKind
from disclosures.models import Credit
from portal.viewer import SYSTEM, acting_as
from reports.enums import Channel, OnGitHub
from reports.models import GitHubReport, Report
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def report() -> Report:
    """By @sam-visits, who credits @fay-finds too."""
    receipt = factories.receipt(NOW, name="@sam-visits", channel=Channel.GITHUB)
    with acting_as(SYSTEM):
        GitHubReport.objects.create(
            report=receipt.report,
            reporter=receipt.reporter,
            project=factories.ProjectFactory.create(),
            repository_id=7,
            ghsa_id="GHSA-2222-3333-4444",
            finders="fay-finds",
            state=OnGitHub.TRIAGE,
        )
    return receipt.report


def finders(report: Report) -> list[Credit]:
    with acting_as(SYSTEM):
        rows = Credit.objects.filter(report=report, kind=CreditKind.FINDER)
        return list(rows.select_related("report", "named_by__report"))


@pytest.mark.clause("P17")
def test_they_are_named_once_by_whoever_reported_it_and_printed_nowhere(report: Report) -> None:
    for _ in range(2):
        thanks.prepare(report, now=NOW)

    (finder,) = finders(report)
    assert finder.named_by is not None
    assert (finder.known_as, finder.answer, finder.text, finder.asked_at) == ("@fay-finds", "", "", None)


@pytest.mark.clause("P17")
def test_what_is_proposed_to_them_is_their_login(report: Report) -> None:
    thanks.prepare(report, now=NOW)
    with acting_as(SYSTEM):
        people = Credit.objects.filter(report=report).select_related("report", "reporter__report").order_by("pk")
        proposed = [thanks.proposal_for(each).text for each in people]

    assert proposed == ["@sam-visits", "@fay-finds"]

import pytest
from django.utils import timezone

from portal.viewer import SYSTEM, Viewer, acting_as
from reports import search, tracking
from reports.enums import Role
from reports.filters import searched
from reports.models import Grant, Report
from tests import factories

pytestmark = pytest.mark.django_db


def found(query: str, *, viewer: Viewer = SYSTEM) -> list[str]:
    with acting_as(viewer):
        return [report.summary for report in search.matching(Report.objects.all(), query=query)]


def test_it_finds_by_words_of_summary_reporter_and_reference() -> None:
    report = factories.receipt(summary="Crêpe überläuft", name="Zoë Quinn", email="zoe@example.net").report

    for query in ("crepe", "ÜBERLÄUFT crêpe", "quinn", "zoe@example.net", report.reference, report.reference[4:8]):
        assert found(query) == ["Crêpe überläuft"]


def test_every_word_must_be_there() -> None:
    factories.receipt(summary="Path traversal")

    assert found("path overflow") == []


def test_it_finds_a_reporter_by_the_address_they_gave_later() -> None:
    reporter = factories.receipt(summary="Path traversal", email="").reporter

    tracking.change_address(reporter, email="later@example.org", now=timezone.now())

    assert found("later@example.org") == ["Path traversal"]


def test_it_shows_nothing_that_the_viewer_may_not_read() -> None:
    factories.receipt(summary="Path traversal")
    stranger = factories.UserFactory.create()

    assert found("path", viewer=factories.looking(stranger, is_member=False)) == []
    assert found("path", viewer=factories.looking(stranger, is_member=True)) == []


@pytest.mark.clause("P8")
def test_the_reporter_is_no_way_to_find_a_report_for_who_may_not_know_them() -> None:
    report = factories.receipt(summary="Crêpe überläuft", name="Zoë Quinn", email="zoe7@example.net").report
    developer = factories.maintainer()
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=developer, role=Role.DEVELOPER, reason="Fixes it.")
    seen = factories.looking(developer, is_member=False)

    by_report = [found(query, viewer=seen) for query in ("crepe", "überläuft crepe", report.reference)]
    by_reporter = [found(query, viewer=seen) for query in ("quinn", "zoe7@example.net", "crepe quinn")]
    with acting_as(seen):
        by_short_word = list(searched(Report.objects.all(), query="zoe7"))

    assert by_report == [["Crêpe überläuft"]] * 3
    assert by_reporter == [[]] * 3
    assert by_short_word == []

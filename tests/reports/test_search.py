import pytest
from django.utils import timezone

from portal.viewer import SYSTEM, Viewer, acting_as
from reports import search, tracking
from reports.models import Report
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

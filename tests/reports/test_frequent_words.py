from datetime import timedelta

import pytest
from django.utils import timezone

from portal.viewer import SYSTEM, Viewer, acting_as
from reports import frequent_words
from reports.keyset import Sort, in_order
from reports.models import Recusal, Report
from tests import factories

pytestmark = pytest.mark.django_db


def near(query: str, *, viewer: Viewer, most: int = 2) -> list[str]:
    with acting_as(viewer):
        reports = in_order(Report.objects.all(), sort=Sort.OLDEST)
        return [report.summary for report in frequent_words.first_carrying(reports, query=query, most=most)]


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """Six, of which four are near the beginning. Words that more than two of them carry are frequent."""
    monkeypatch.setattr(frequent_words, "FREQUENT", 2)
    monkeypatch.setattr(frequent_words, "WALKED", 4)
    summaries = ("Path a", "Path overflow b", "Overflow c", "Path overflow d", "Path overflow e", "Path overflow rare")
    return [
        factories.receipt(timezone.now() + timedelta(minutes=place), summary=summary).report
        for place, summary in enumerate(summaries)
    ]


@pytest.mark.usefixtures("arrived")
def test_the_first_with_frequent_words_stand_in_their_order() -> None:
    viewer = factories.looking(factories.member())

    assert near("overflow", viewer=viewer, most=3) == ["Path overflow b", "Overflow c", "Path overflow d"]
    assert near("PATH overflow", viewer=viewer, most=1) == ["Path overflow b"]
    assert near("path overflow", viewer=viewer, most=9) == ["Path overflow b", "Path overflow d"]


@pytest.mark.usefixtures("arrived")
def test_no_walk_is_taken_for_a_rare_word_or_for_none() -> None:
    viewer = factories.looking(factories.member())

    assert near("path rare", viewer=viewer) == []
    assert near("path nowhere", viewer=viewer) == []
    assert near("...", viewer=viewer) == []


@pytest.mark.clause("P8")
def test_the_walk_passes_what_the_viewer_may_not_read(arrived: list[Report]) -> None:
    walled, stranger = factories.member(), factories.UserFactory.create()
    with acting_as(SYSTEM):
        Recusal.objects.create(report=arrived[1], user=walled)

    assert near("path overflow", viewer=factories.looking(walled)) == ["Path overflow d", "Path overflow e"]
    assert near("path overflow", viewer=factories.looking(stranger, is_member=True)) == []
    assert near("path overflow", viewer=factories.looking(stranger, is_member=False)) == []

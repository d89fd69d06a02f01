from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reports import figures
from reports.models import Figures
from reports.models.report import new_reference

pytestmark = pytest.mark.django_db


def worked_out(*, acknowledgements: int, in_time: int, updates: int = 0, updated: int = 0) -> None:
    Figures.objects.create(
        pk=1,
        computed_at=timezone.now(),
        since=timezone.now() - timedelta(days=365),
        acknowledgements=acknowledgements,
        acknowledged_in_time=in_time,
        median_to_acknowledge=timedelta(hours=22),
        updates=updates,
        updated_in_time=updated,
        open_reports=7,
    )


def test_too_few_promises_say_nothing_in_public() -> None:
    worked_out(acknowledgements=9, in_time=9)

    assert figures.in_public() == []


@pytest.mark.parametrize(
    ("in_time", "of", "told"), [(10, 10, "100 %"), (37, 38, "over 95 %"), (38, 40, "over 90 %"), (0, 12, "over 0 %")]
)
def test_shares_are_told_in_steps(in_time: int, of: int, told: str) -> None:
    worked_out(acknowledgements=of, in_time=in_time)

    assert figures.in_public()[0].value == told


@pytest.mark.clause("P7")
def test_the_promise_page_shows_how_we_are_doing_and_not_how_many_reports_there_are(client: Client) -> None:
    worked_out(acknowledgements=38, in_time=37, updates=41, updated=33)

    page = client.get("/policy/").content.decode()

    assert "over 95 %" in page
    assert "within a day" in page
    assert "over 80 %" in page
    assert "38" not in page


def test_a_reference_counts_nothing() -> None:
    """Who sends two reports learns nothing of how many came between (AZ-10)."""
    references = [new_reference() for _ in range(500)]

    places = [set(letters) for letters in zip(*(reference[-9:] for reference in references), strict=True)]
    assert len(set(references)) == 500
    assert [len(letters) > 25 for letters in places] == [True] * 4 + [False] + [True] * 4

"""The words that templates put around times and sizes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import engines

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def rendered(template: str, **context: object) -> str:
    return engines["django"].from_string(template).render(context).strip()


@time_machine.travel(NOW, tick=False)
def test_a_moment_shows_its_distance_and_keeps_its_exact_time_within_reach() -> None:
    shown = rendered("{% moment at %}", at=NOW - timedelta(hours=6))

    assert '<span class="words">6 h ago</span>' in shown
    assert 'tabindex="0"' in shown
    assert "23 November 2026" in shown


@time_machine.travel(NOW, tick=False)
def test_a_moment_inside_a_link_is_no_stop_of_its_own() -> None:
    shown = rendered("{% moment at focusable=False %}", at=NOW)

    assert "tabindex" not in shown


@time_machine.travel(NOW, tick=False)
def test_a_deadline_says_what_happens_when_it_passes() -> None:
    due = NOW - timedelta(hours=2)

    shown = rendered(
        "{% deadline due warn=warn what='acknowledgement' passes='Then everybody is told.' %}",
        due=due,
        warn=due - timedelta(days=1),
    )

    assert "badge late" in shown
    assert '<span class="words">2 h overdue</span>' in shown
    assert "Then everybody is told." in shown


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (312, "312 bytes"),
        (1434, "1.4 KB"),
        (2048, "2 KB"),
        (25 * 1024 * 1024, "25 MB"),
        (3 * 1024**4, "3072 GB"),
    ],
)
def test_a_size_is_told_in_the_unit_that_fits(count: int, words: str) -> None:
    assert rendered("{{ count|size }}", count=count) == words

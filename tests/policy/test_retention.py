from datetime import UTC, datetime

import pytest

from portal.policy.retention import Retention

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "moment"),
    [
        (1, datetime(2026, 2, 28, 12, 0, tzinfo=UTC)),
        (3, datetime(2025, 12, 28, 12, 0, tzinfo=UTC)),
        (12, datetime(2025, 3, 28, 12, 0, tzinfo=UTC)),
        (24, datetime(2024, 3, 28, 12, 0, tzinfo=UTC)),
        (600, datetime(1976, 3, 28, 12, 0, tzinfo=UTC)),
    ],
)
def test_so_many_months_are_kept_and_never_less(months: int, moment: datetime) -> None:
    retention = Retention(identities_months=months, reports_months=months)

    assert retention.identities_closed_before(NOW) == retention.reports_closed_before(NOW) == moment


def test_zero_months_are_for_ever() -> None:
    retention = Retention(identities_months=0, reports_months=0)

    assert (retention.identities_closed_before(NOW), retention.reports_closed_before(NOW)) == (None, None)

"""What should worry the team about private reports: repositories at which nobody could look for a while (AVL-04)."""

from datetime import datetime, timedelta
from typing import Final

from reports.models import AdvisoryWatch
from teams import warnings

PATIENCE: Final = timedelta(hours=2)
"""For how long looking may fail before it is said."""
MOST_NAMED: Final = 5


def found(now: datetime) -> list[str]:
    failing = AdvisoryWatch.objects.filter(project__archived_at=None, failing_since__lte=now - PATIENCE)
    rows = list(failing.select_related("project").order_by("failing_since", "pk"))
    said = [f"Private reports in {row.project.name} cannot be seen: {row.trouble}" for row in rows[:MOST_NAMED]]
    rest = len(rows) - len(said)
    return [*said, *([f"Nor can those in {rest} more repositories."] if rest else [])]


warnings.also(found)

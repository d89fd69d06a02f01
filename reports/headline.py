"""What is burning, in words."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from django.utils.text import capfirst

from portal.policy.business_days import ONE_DAY

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
CALM = "Nothing is burning"


def headline(due: Sequence[datetime], *, now: datetime, zone: tzinfo, most: int) -> str:
    """One sentence about promises that are overdue or fall due soon. Of more than `most` it only says that."""
    if len(due) > most:
        return f"More than {most} promises need somebody now"
    today = now.astimezone(zone).date()
    overdue = sum(moment < now for moment in due)
    due_today = sum(moment >= now and moment.astimezone(zone).date() == today for moment in due)
    said = []
    if overdue:
        said.append(f"{_promises(overdue)} {'is' if overdue == 1 else 'are'} overdue")
    if due_today:
        subject = _number(due_today) if said else _promises(due_today)
        said.append(f"{subject} {_falls(due_today)} due today")
    if said:
        return capfirst(", ".join(said))
    if due:
        last = max(moment.astimezone(zone).date() for moment in due)
        return capfirst(f"{_promises(len(due))} {_falls(len(due))} due {_by(last, today)}")
    return CALM


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _promises(count: int) -> str:
    return f"{_number(count)} {'promise' if count == 1 else 'promises'}"


def _falls(count: int) -> str:
    return "falls" if count == 1 else "fall"


def _by(last: date, today: date) -> str:
    return "tomorrow" if last == today + ONE_DAY else f"by {last:%A}"

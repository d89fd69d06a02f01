"""Whether a release that was seen is the one with the fix: where that can be doubted, a person says so (P12, P31).

A person's word holds for one release at one commit: whatever replaces it is doubted anew.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import transaction

from disclosures.enums import ReleaseState, StepKind, StepState, Task
from disclosures.models import Release, RepositoryAdvisory, Step
from portal.github import Release as OnGitHub
from portal.policy import Clause, enforces
from portal.queue import enqueue
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand
from teams.models import User

CHANGED: Final = "What is on GitHub has changed since you looked. Look again before you decide."
MOVED: Final = "Its tag was moved to another commit: somebody has to say whether it still is the release with the fix."
TURNED_AWAY: Final = "{tag} on GitHub is not the release with the fix, as somebody said: it waits for another one."
OLDER: Final = (
    "{tag} came out on {day:%-d %B %Y}, before the report came in:"
    " somebody has to say whether it is the release with the fix."
)


class Word(StrEnum):
    """What a person says of a release that was seen."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Doubt:
    state: ReleaseState
    why: str


def mark_of(found: OnGitHub) -> str:
    """Changes when the tag is moved to another commit."""
    return found.created_at.isoformat() if found.created_at else ""


def sight_of(found: OnGitHub) -> str:
    """Which release at which commit: what a person's word holds for."""
    return f"{found.id}:{mark_of(found)}"


@enforces(Clause.P12, Clause.P31)
def doubt_about(row: Release, found: OnGitHub) -> Doubt | None:
    """Why a published release does not count yet. Whatever somebody has judged is not judged again."""
    sight = sight_of(found)
    if sight in row.turned_away:
        return Doubt(ReleaseState.PLANNED, TURNED_AWAY.format(tag=found.tag))
    if sight == row.vouched_for:
        return None
    if row.github_id == found.id and row.commit and mark_of(found) != row.commit:
        return Doubt(ReleaseState.RETAGGED, MOVED)
    if found.published_at is not None and found.published_at < row.report.received_at:
        day = settings.POLICY.calendar.day_of(found.published_at)
        return Doubt(ReleaseState.DOUBTFUL, OLDER.format(tag=found.tag, day=day))
    return None


@enforces(Clause.P12)
def judge(row: Release, *, sight: str, word: Word, by: User, now: datetime) -> None:
    """`sight`: what the person had before their eyes. A wrong one counts no more, and another is waited for."""
    demand(by, Permission.PUBLISH, row.report)
    if row.report.is_closed:
        raise Refused("It is closed: what was released stays on record as it is.")
    with transaction.atomic():
        seen = Release.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        seen.report = row.report
        if not sight or seen.seen_as != sight:
            raise Refused(CHANGED)
        if word is Word.RIGHT:
            Release.objects.filter(pk=seen.pk).update(vouched_for=sight)
        else:
            _turn_away(seen, sight)
        history.append(row.report, EventKind.RELEASE_JUDGED, by=by, now=now, project=row.project_id, word=word.value)
        look_again(row, now=now)


def look_again(row: Release, *, now: datetime) -> None:
    """The release is looked for by its tag, at once. What waits for releases waits until it is there."""
    steps = Step.objects.filter(report=row.report_id, kind=StepKind.RELEASE, project=row.project_id)
    steps.exclude(state=StepState.RUNNING).update(
        state=StepState.WAITING, done_at=None, next_attempt_at=now, attempts=0
    )
    enqueue(Task.CONDUCT, row.report_id)


def _turn_away(seen: Release, sight: str) -> None:
    """The tag stays as it was planned, and can be planned anew."""
    seen.state, seen.turned_away = ReleaseState.PLANNED, [*seen.turned_away, sight]
    seen.vouched_for = seen.seen_as = seen.html_url = seen.commit = ""
    seen.github_id = seen.published_at = None
    seen.save(
        update_fields=[
            "state", "turned_away", "vouched_for", "seen_as", "html_url", "commit", "github_id", "published_at",
        ]
    )  # fmt: skip
    RepositoryAdvisory.objects.filter(report=seen.report_id, project=seen.project_id).update(linked_at=None)

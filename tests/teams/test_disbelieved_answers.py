"""Answers of GitHub that are not believed, or not without a person (traps 21 and 22)."""

from types import MappingProxyType

import pytest

from portal.github import NotAllowed, Unavailable, UnexpectedAnswer
from teams import github_sync
from teams.enums import Outcome
from teams.models import Project
from tests.github.looking import DAY, HOUR, NOON, everything, joins, leaving_now, synced
from tests.github.memory import InMemory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Unavailable("502"), "GitHub was not to be reached"),
        (NotAllowed("403"), "GitHub refused"),
        (UnexpectedAnswer("html"), "GitHub answered something unexpected"),
    ],
)
def test_a_failing_answer_changes_nothing_and_the_record_says_which_in_our_words(
    github: InMemory, failure: Exception, words: str
) -> None:
    synced(github)
    before = everything()
    github.trouble = {"collaborators 2": failure}  # type: ignore[dict-item] # each is a GitHubError
    github.archive(1)

    run = synced(github, NOON + HOUR)

    assert (run.outcome, run.trouble) == (Outcome.FAILED, f"{words} when asked for the roles on example/wadm.")
    assert everything() == before


def test_two_repositories_of_one_name_are_not_believed(github: InMemory) -> None:
    synced(github)
    before = everything()
    github.rename(1, "WADM")

    run = synced(github, NOON + HOUR)

    assert (run.outcome, run.trouble) == (
        Outcome.FAILED,
        "GitHub gives two repositories one name. That is not believed.",
    )
    assert everything() == before


@pytest.fixture
def full(github: InMemory) -> InMemory:
    """Somebody or something is in every answer."""
    github.counts[1] = {11: 3}
    github.release(1, by=11, at=NOON - DAY)
    github.teams["keepers"] = {21}
    github.managers = {31}
    return github


TEAMS = MappingProxyType({"keepers": frozenset({"wash"})})


@pytest.mark.parametrize("way", ["fails", "is empty"])
def test_whichever_answer_fails_or_is_empty_nothing_changes(full: InMemory, way: str) -> None:
    synced(full, maintainer_teams=TEAMS)
    for number in (11, 12, 14, 15, 21):
        joins(number)
    questions = {each for each in full.asked if each not in {"contributors 2", "contributors 3"}}
    questions -= {"releases 2", "releases 3"}  # these were empty before
    full.roles[1][99] = "admin"  # news that must not come through
    before = everything()
    outcomes = set()

    for hours, question in enumerate(sorted(questions), start=1):
        full.trouble = {question: Unavailable("500")} if way == "fails" else {}
        full.empty = {question} if way == "is empty" else set()
        outcomes.add(synced(full, NOON + hours * HOUR, maintainer_teams=TEAMS).outcome)
        assert everything() == before, question

    assert outcomes <= {Outcome.FAILED, Outcome.HELD}


def test_more_than_the_share_waits_for_a_person_and_goes_through_once_they_agree(github: InMemory) -> None:
    synced(github)
    joins(11)
    lead = joins(15).user
    before = everything()
    github.archive(1)
    github.archive(3)

    held = synced(github, NOON + HOUR)
    unchanged = everything() == before
    same = synced(github, NOON + 2 * HOUR)
    github_sync.decide(held, agree=True, by=lead, now=NOON + 3 * HOUR)
    run = synced(github, NOON + 3 * HOUR)

    held.refresh_from_db()
    assert (held.trouble, unchanged, same.pk) == ("It would end 2 of 2 memberships at once.", True, held.pk)
    assert (run.outcome, held.outcome, held.decided_by) == (Outcome.DONE, Outcome.CARRIED_OUT, lead)
    assert leaving_now() == {11, 15}


def test_agreeing_to_one_plan_lets_no_larger_one_through(github: InMemory) -> None:
    synced(github)
    lead = joins(15).user
    github.archive(1)
    github.archive(2)
    held = synced(github, NOON + HOUR)
    github_sync.decide(held, agree=True, by=lead, now=NOON + HOUR)
    github.archive(3)

    run = synced(github, NOON + 2 * HOUR)

    assert (held.trouble, run.outcome) == ("It would end 2 of 3 projects at once.", Outcome.HELD)
    assert Project.objects.filter(archived_at=None).count() == 3


def test_a_discarded_plan_stays_discarded_until_something_else_would_end(github: InMemory) -> None:
    synced(github)
    lead = joins(15).user
    github.archive(1)
    github.archive(2)
    held = synced(github, NOON + HOUR)
    github_sync.decide(held, agree=False, by=lead, now=NOON + HOUR)

    again = synced(github, NOON + 2 * HOUR)
    github.archive(3)
    other = synced(github, NOON + 3 * HOUR)

    assert (again.pk, again.outcome) == (held.pk, Outcome.DISCARDED)
    assert other.outcome == Outcome.HELD


def test_what_somebody_else_has_decided_is_decided(github: InMemory) -> None:
    synced(github)
    lead = joins(15).user
    github.archive(1)
    github.archive(2)
    held = synced(github, NOON + HOUR)
    github_sync.decide(held, agree=False, by=lead, now=NOON + HOUR)

    with pytest.raises(github_sync.NothingWaits):
        github_sync.decide(held, agree=True, by=lead, now=NOON + HOUR)


def test_an_older_look_does_not_undo_a_later_one(github: InMemory) -> None:
    synced(github, NOON + HOUR)
    before = everything()
    github.archive(1)

    run = synced(github, NOON)

    assert run.outcome == Outcome.SUPERSEDED
    assert everything() == before

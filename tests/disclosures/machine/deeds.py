"""What people do and what happens, one thing at a time: the machine's rules, with everything decided."""

from collections.abc import Callable

from disclosures.conductor.doubtful import Word
from disclosures.enums import CreditAnswerKind, ExceptionKind
from reports.lifecycle import Move
from tests.disclosures.machine.day import DayOfARelease

type Deed = Callable[[DayOfARelease], object]


def write(machine: DayOfARelease) -> None:
    machine.somebody_writes(who="author", which=0, names=False)


def write_who_reported_it(machine: DayOfARelease) -> None:
    machine.somebody_writes(who="author", which=0, names=True)


def let_the_name_pass(machine: DayOfARelease) -> None:
    machine.somebody_lets_a_name_pass(who="person", which=0)


def approve(machine: DayOfARelease) -> None:
    machine.somebody_approves(who="other", which=0)


def approve_own(machine: DayOfARelease) -> None:
    machine.somebody_approves(who="author", which=0)


def disapprove(machine: DayOfARelease) -> None:
    machine.somebody_takes_the_approval_back(who="person", which=0)


def publish_changes(machine: DayOfARelease) -> None:
    machine.somebody_publishes_what_has_changed(who="person")


def release_all(machine: DayOfARelease) -> None:
    machine.every_release_comes_out()


def release_one(machine: DayOfARelease) -> None:
    machine.something_happens_on_github(which=0, what="a release comes out")


def publish_by_hand(machine: DayOfARelease) -> None:
    machine.something_happens_on_github(which=0, what="an advisory is published")


def go_on(machine: DayOfARelease) -> None:
    machine.minutes_pass()


def an_hour_passes(machine: DayOfARelease) -> None:
    machine.hours_pass(hours=1)


def wants_early(machine: DayOfARelease) -> None:
    machine.somebody_proposes_an_exception(kind=ExceptionKind.EARLY, who="author")


def wants_another_day(machine: DayOfARelease) -> None:
    machine.somebody_proposes_an_exception(kind=ExceptionKind.ANOTHER_DAY, who="author")


def agree_to_own(machine: DayOfARelease) -> None:
    machine.somebody_agrees_to_it(who="author")


def agree(machine: DayOfARelease) -> None:
    machine.somebody_agrees_to_it(who="other")


def consent(machine: DayOfARelease) -> None:
    machine.the_reporter_answers(kind=CreditAnswerKind.NAMED, handle="robin")


def anonymous(machine: DayOfARelease) -> None:
    machine.the_reporter_answers(kind=CreditAnswerKind.ANONYMOUS, handle="")


def another_project(machine: DayOfARelease) -> None:
    machine.somebody_finds_another_project(who="person", is_affected=True)


def take_consent_back(machine: DayOfARelease) -> None:
    machine.the_reporter_takes_it_back()


def id_comes(machine: DayOfARelease) -> None:
    machine.something_happens_on_github(which=0, what="an ID comes")


def enter_id(machine: DayOfARelease) -> None:
    machine.somebody_enters_an_id(who="person", which=0)


def spread_id(machine: DayOfARelease) -> None:
    machine.somebody_has_the_id_written_everywhere(who="person", which=0)


def close(machine: DayOfARelease) -> None:
    machine.somebody_moves_it_on(move=Move.CLOSE, who="person")


def say_released(machine: DayOfARelease) -> None:
    machine.somebody_moves_it_on(move=Move.RELEASE, who="person")


def say_disclosed(machine: DayOfARelease) -> None:
    machine.somebody_moves_it_on(move=Move.DISCLOSE, who="person")


def start(machine: DayOfARelease) -> None:
    machine.somebody_sets_the_day_going(who="person")


def hold(machine: DayOfARelease) -> None:
    machine.somebody_holds_it_or_goes_on(who="person", goes_on=False)


def find_no_id_needed(machine: DayOfARelease) -> None:
    machine.somebody_finds_that_no_id_is_needed(who="author", which=0)
    machine.somebody_finds_that_no_id_is_needed(who="other", which=0)


def move_a_tag(machine: DayOfARelease) -> None:
    machine.something_happens_on_github(which=0, what="a tag is moved")


def say_it_is_right(machine: DayOfARelease) -> None:
    machine.somebody_judges_a_release(which=0, word=Word.RIGHT, who="person")


def close_the_draft(machine: DayOfARelease) -> None:
    machine.something_happens_on_github(which=0, what="a draft is closed")


def adopt(machine: DayOfARelease) -> None:
    machine.somebody_adopts_what_was_made_by_hand(which=0, who="person")


def want_it_withdrawn(machine: DayOfARelease) -> None:
    machine.somebody_wants_the_advisory_withdrawn(which=0, who="person")


def want_it_withdrawn_too(machine: DayOfARelease) -> None:
    machine.somebody_wants_the_advisory_withdrawn(which=0, who="other")


def ask_for_ids(machine: DayOfARelease) -> None:
    machine.somebody_asks_for_an_id(which=0, who="person")


def release_the_other(machine: DayOfARelease) -> None:
    machine.the_other_project_has_its_release()


def archive(machine: DayOfARelease) -> None:
    machine.a_repository_is_archived(which=1, is_archived=True)


def take_back_into_use(machine: DayOfARelease) -> None:
    machine.a_repository_is_archived(which=1, is_archived=False)

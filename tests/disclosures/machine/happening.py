"""What happens around a disclosure: on the desk, on GitHub, to its projects, and with time."""

from collections.abc import Callable, Mapping
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from disclosures.conductor import adopting, beginning, doubtful
from disclosures.conductor.adopting import Spot
from disclosures.conductor.doubtful import Word
from disclosures.enums import ReleaseState
from disclosures.models import Release
from reports import checklist, coordination, lifecycle
from reports.checklist import Plan
from reports.enums import State
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from teams.models import Project
from tests.disclosures.machine.account import number, people
from tests.disclosures.machine.holding import Holding
from tests.disclosures.machine.memory import Memory

CVE: Final = "CVE-2026-31337"
BY_HAND: Final[Mapping[str, Callable[[Memory, str], object]]] = {
    "a release comes out": Memory.ship,
    "a pre-release comes out": lambda github, repository: github.ship(repository, prerelease=True),
    "a release is taken away": Memory.take_away,
    "a tag is moved": Memory.move_tag,
    "an advisory is published": Memory.publish_by_hand,
    "a draft is closed": Memory.close_by_hand,
    "an advisory is withdrawn": Memory.withdraw_by_hand,
    "it is going to break": Memory.is_going_to_break,
    "an ID comes": lambda github, repository: github.give_id(repository, CVE),
}
ON_THE_DESK: Final = (Move.MARK_READY, Move.RELEASE, Move.DISCLOSE, Move.DISCLOSE_EARLY, Move.CLOSE, Move.REOPEN)
TOLD: Final = Decision(message="It goes on.", explanation="It goes on.")


class Happening(Holding):
    # --- On the desk ------------------------------------------------------------------------------------------

    @rule(move=st.sampled_from(ON_THE_DESK), who=people)
    def somebody_moves_it_on(self, *, move: Move, who: str) -> None:
        self.moves(move, who)

    @rule(who=people)
    def somebody_takes_it_to_its_end(self, *, who: str) -> None:
        """Closes it, once the portal has looked at what there is."""
        self.the_portal_goes_on()
        self.moves(Move.CLOSE, who)

    def moves(self, move: Move, who: str) -> None:
        def go() -> None:
            lifecycle.move(self.report(), move, by=self.user(who), decision=TOLD, now=self.world.now)

        if move is Move.CLOSE:
            self.world.look_here()
        self.attempt(go, who)

    @rule(who=people)
    def somebody_sets_the_day_going(self, *, who: str) -> None:
        """And says first that the fix is ready, where nobody has."""
        if self.states[-1:] == [State.FIXING]:
            self.moves(Move.MARK_READY, who)

        def start() -> None:
            beginning.start(self.report(), message="The fix is out.", by=self.user(who), now=self.world.now)

        self.is_held = not self.attempt(start, who) and self.is_held

    @rule(who=people)
    def somebody_prepares_it(self, *, who: str) -> None:
        def prepare() -> None:
            beginning.prepare(self.report(), with_forks=False, by=self.user(who), now=self.world.now)

        self.is_held = not self.attempt(prepare, who) and self.is_held

    @rule(who=people, goes_on=st.sampled_from([True, True, False]))
    def somebody_holds_it_or_goes_on(self, *, who: str, goes_on: bool) -> None:
        verb = beginning.go_on if goes_on else beginning.stop
        if self.attempt(lambda: verb(self.report(), by=self.user(who), now=self.world.now), who):
            self.is_held = not goes_on

    # --- With time ------------------------------------------------------------------------------------------------

    @rule()
    def minutes_pass(self) -> None:
        self.minutes()

    @rule(hours=st.sampled_from([1, 14, 30]))
    def hours_pass(self, *, hours: int) -> None:
        """Midnight, perhaps."""
        self.the_portal_goes_on(hours=hours)

    # --- On GitHub ------------------------------------------------------------------------------------------------

    @rule(which=number, what=st.sampled_from(sorted(BY_HAND)))
    def something_happens_on_github(self, *, which: int, what: str) -> None:
        seen = Release.objects.filter(
            report=self.world.report, project=self.project(which), state=ReleaseState.PUBLISHED
        )
        match what:
            case "a tag is moved" if self.github.now_is.releases[self.repository(which)] and seen.exists():
                self.moved.add(self.repository(which))
            case "a release is taken away":
                self.moved.discard(self.repository(which))
        BY_HAND[what](self.github, self.repository(which))

    @rule()
    def every_release_comes_out(self) -> None:
        for repository in self.concerned():
            self.github.ship(repository)
        self.minutes()

    @rule(which=number, word=st.sampled_from(Word), who=people)
    def somebody_judges_a_release(self, *, which: int, word: Word, who: str) -> None:
        rows = Release.objects.filter(report=self.world.report, project=self.project(which))
        for row in rows.select_related("report"):
            seen = row.seen_as

            def judge(row: Release = row, seen: str = seen) -> None:
                doubtful.judge(row, sight=seen, word=word, by=self.user(who), now=self.world.now)

            if self.attempt(judge, who):
                self.moved.discard(self.repository(which))
                self.note("a release is judged")

    @rule(which=number, who=people)
    def somebody_adopts_what_was_made_by_hand(self, *, which: int, who: str) -> None:
        made = self.github.make_by_hand(self.repository(which)).ghsa_id

        def adopt() -> None:
            adopting.name(self.spot(which), made, by=self.user(who), now=self.world.now)

        if self.attempt(adopt, who):
            self.note("an advisory made by hand is adopted")

    @rule(which=number, who=people)
    def somebody_thinks_better_of_it(self, *, which: int, who: str) -> None:
        self.attempt(lambda: adopting.forget(self.spot(which), by=self.user(who), now=self.world.now), who)

    def spot(self, which: int) -> Spot:
        for spot in adopting.spots(self.report()):
            if spot.project == self.project(which):
                return spot
        raise Refused("No advisory speaks of it.")

    # --- Its projects ---------------------------------------------------------------------------------------------

    @rule(who=people, is_affected=st.booleans())
    def somebody_finds_another_project(self, *, who: str, is_affected: bool) -> None:
        """To be affected, too; or not to be after all."""
        wanted = self.affected | {self.world.spare.pk} if is_affected else self.affected - {self.world.spare.pk}
        projects = Project.objects.filter(pk__in=wanted)

        def name() -> None:
            coordination.set_projects(self.report(), projects, by=self.user(who), now=self.world.now)

        def plan() -> None:
            meant = Plan(fixed_version="1.4.2")
            checklist.plan(self.report(), self.world.spare, meant=meant, by=self.user(who), now=self.world.now)

        if self.attempt(name, who):
            self.affected = wanted
            self.attempt(plan, who)

    @precondition(lambda self: self.world.spare.pk in self.affected)
    @rule()
    def the_other_project_has_its_release(self) -> None:
        self.github.ship(self.world.spare.repository)
        self.minutes()

    @rule(which=number, is_archived=st.sampled_from([True, False, False]))
    def a_repository_is_archived(self, *, which: int, is_archived: bool) -> None:
        """Or back in use."""
        project = self.project(which)
        Project.objects.filter(pk=project.pk).update(archived_at=self.world.now if is_archived else None)
        self.archived = self.archived | {project.pk} if is_archived else self.archived - {project.pk}

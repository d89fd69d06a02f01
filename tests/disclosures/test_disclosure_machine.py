"""Whatever people do, in whatever order: nothing goes out unapproved, unreleased, on another day or with a name that
nobody agreed to, unless somebody said so before and it stands on record.

What must hold is in `machine/holding.py`, what people do in `machine/writing.py` and `machine/happening.py`.
"""

from collections import Counter
from typing import Final

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.disclosures.machine.account import Built
from tests.disclosures.machine.day import DayOfARelease, objection_to
from tests.disclosures.machine.guards import GONE
from tests.disclosures.machine.walks import WALKS
from tests.disclosures.machine.worlds import WORLDS

EXAMPLES: Final = 10
"""Of each world."""
STEPS: Final = 30
PLAYED: Final = settings(
    max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, phases=[Phase.generate], report_multiple_bugs=False
)
"""What fails is told as it was played: to shorten it, a database would have to be asked for many minutes."""


@pytest.mark.parametrize("world_as_built", sorted(WORLDS), indirect=True)
@pytest.mark.clause("P12", "P16", "P17", "P29", "P31", "P32")
def test_no_way_leads_around_approval_consent_the_release_and_its_day(built: Built) -> None:
    DayOfARelease.built, DayOfARelease.reached = built, Counter()

    run_state_machine_as_test(DayOfARelease, settings=PLAYED)

    assert DayOfARelease.reached["refused"]


@pytest.mark.parametrize("world_as_built", sorted(WORLDS), indirect=True)
def test_the_machine_objects_as_soon_as_a_guard_is_gone(built: Built) -> None:
    gone = {what: each for what, each in GONE.items() if each.world == built.name}
    guarded = {what: objection_to(built, each.deeds) for what, each in gone.items()}

    objections = {}
    for what, each in gone.items():
        with pytest.MonkeyPatch.context() as patch:
            each.take_away(patch)
            objections[what] = objection_to(built, each.deeds)

    assert guarded == dict.fromkeys(gone, "")
    assert objections == {what: each.objection for what, each in gone.items()}


@pytest.mark.parametrize("world_as_built", sorted(WORLDS), indirect=True)
def test_the_machine_can_come_to_each_end(built: Built) -> None:
    missed: dict[str, set[str]] = {}
    walks = {what: walk for what, walk in WALKS.items() if walk.world == built.name}

    for what, walk in walks.items():
        assert objection_to(built, walk.deeds) == "", what
        missed[what] = walk.ends - DayOfARelease.reached.keys()

    assert missed == {what: set() for what in walks}

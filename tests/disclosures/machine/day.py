"""The machine: everything that people do and that happens, against everything that must hold."""

from collections import Counter
from collections.abc import Callable, Iterable

from tests.disclosures.machine.account import Built
from tests.disclosures.machine.happening import Happening
from tests.disclosures.machine.writing import Writing


class DayOfARelease(Writing, Happening):
    pass


def objection_to(built: Built, deeds: Iterable[Callable[[DayOfARelease], object]]) -> str:
    """What the machine has against these, one after the other; empty if everything holds."""
    DayOfARelease.built, DayOfARelease.reached = built, Counter()
    machine = DayOfARelease()
    try:
        machine.it_begins()
        for deed in deeds:
            deed(machine)
            machine.what_went_out_was_released_that_day_or_somebody_said_otherwise_before()
            machine.what_stands_on_github_was_approved_and_names_nobody_who_does_not_agree()
            machine.everything_else_that_must_hold()
        machine.in_the_end_nobody_is_named_who_does_not_want_it()
    except AssertionError as objection:
        return str(objection).partition("\n")[0]
    finally:
        machine.stack.close()
    return ""

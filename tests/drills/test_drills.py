"""With any one net switched off, the tests that guard it fail (docs/drills.md)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
WALK = "tests/architecture/test_need_to_know.py"
NETS = "tests/test_nets.py"

GUARDS = {
    "managers": {f"{NETS}::test_managers_alone_show_strangers_nothing"},
    "backend": {f"{NETS}::test_permissions_are_those_of_membership_and_roles"},
    "row-security": {
        f"{NETS}::test_row_level_security_alone_shows_strangers_nothing",
        f"{WALK}::test_postgresql_forces_the_rule_on_its_table[Message]",
    },
    "row-policy": {f"{NETS}::test_row_level_security_alone_shows_strangers_nothing"},
    "matrix": {
        "tests/architecture/test_access_matrix.py::test_the_matrix_names_each_address_and_none_that_is_gone",
    },
    "models": {
        f"{WALK}::test_its_managers_ask_who_is_looking[Forgotten]",
        f"{WALK}::test_postgresql_forces_the_rule_on_its_table[Forgotten]",
    },
}
"""Which tests must fail without which net."""


def outcomes(tests: set[str], *options: str) -> dict[str, str]:
    """How each test ended, in a pytest of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--tb=no", "-rA", "-p", "no:cacheprovider"]
    run = subprocess.run(  # noqa: S603 - our own tests
        [*command, *options, *sorted(tests)],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "300"},
        check=False,
        capture_output=True,
        text=True,
    )
    return {test: outcome for outcome, test in re.findall(r"^(PASSED|FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)}


def test_with_all_nets_the_guards_are_content() -> None:
    guards = {guard for some in GUARDS.values() for guard in some if "[Forgotten]" not in guard}

    assert outcomes(guards) == dict.fromkeys(guards, "PASSED")


@pytest.mark.parametrize("net", GUARDS)
def test_a_net_that_is_switched_off_is_noticed(net: str) -> None:
    found = outcomes(GUARDS[net], "-p", "tests.drills.sabotage", "--switch-off", net)

    assert found == dict.fromkeys(GUARDS[net], "FAILED")

"""From what was seen to a verdict: nobody is asked, nothing is changed."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from portal.policy.team import TeamPolicy
from teams.eligibility import Confirmation, Facts, Held, judge

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
RECENTLY, LONG_AGO = NOW - timedelta(days=30), NOW - timedelta(days=400)

POLICY = TeamPolicy(
    maintainer_roles=frozenset({"maintain", "admin"}),
    maintainer_teams=MappingProxyType({"wash-keepers": frozenset({"wash"})}),
    confirmation_counts=True,
    active_days=365,
    largest_end_percent=20,
    grace_days=0,
    smallest_team=3,
    alert_after_hours=6,
    handover_answer_hours=24,
)

WASH = "example/wash"
CONFIRMED = Confirmation(RECENTLY, "Ines", "Reviews everything.")


@pytest.mark.clause("P20")
@pytest.mark.parametrize(
    ("facts", "maintains", "eligible"),
    [
        pytest.param(Facts(repository=WASH), False, False, id="nothing is known"),
        pytest.param(Facts(repository=WASH, role=Held("maintain", RECENTLY)), True, True, id="a new role"),
        pytest.param(Facts(repository=WASH, role=Held("Admin", RECENTLY)), True, True, id="whatever its case"),
        pytest.param(Facts(repository=WASH, role=Held("write", RECENTLY)), False, False, id="a role that is too small"),
        pytest.param(Facts(repository=WASH, teams=(Held("wash-keepers", RECENTLY),)), True, True, id="a team"),
        pytest.param(
            Facts(repository="example/wadm", teams=(Held("wash-keepers", RECENTLY),)), False, False, id="of another"
        ),
        pytest.param(Facts(repository=WASH, teams=(Held("friends", RECENTLY),)), False, False, id="any team"),
        pytest.param(Facts(repository=WASH, confirmation=CONFIRMED), True, True, id="somebody's word"),
        pytest.param(
            Facts(repository=WASH, confirmation=Confirmation(LONG_AGO, "Ines", "Was.")), False, False, id="an old word"
        ),
        pytest.param(
            Facts(repository=WASH, confirmation=CONFIRMED, left_organisation_at=NOW),
            False,
            False,
            id="a word, and they left the organisation since",
        ),
        pytest.param(
            Facts(repository=WASH, confirmation=CONFIRMED, left_organisation_at=LONG_AGO), True, True, id="left before"
        ),
        pytest.param(Facts(repository=WASH, role=Held("admin", LONG_AGO)), True, False, id="a role without activity"),
        pytest.param(
            Facts(repository=WASH, role=Held("admin", LONG_AGO), contributed_at=RECENTLY), True, True, id="contributed"
        ),
        pytest.param(
            Facts(repository=WASH, role=Held("admin", LONG_AGO), released=Held("v1", RECENTLY)),
            True,
            True,
            id="released",
        ),
        pytest.param(
            Facts(repository=WASH, role=Held("admin", LONG_AGO), contributed_at=LONG_AGO), True, False, id="long ago"
        ),
        pytest.param(
            Facts(repository=WASH, role=Held("admin", RECENTLY), project_ended="archived"), True, False, id="archived"
        ),
        pytest.param(
            Facts(repository=WASH, role=Held("admin", RECENTLY), account_is_open=False), True, False, id="switched off"
        ),
        pytest.param(Facts(repository=WASH, contributed_at=RECENTLY), False, False, id="a contributor without a role"),
    ],
)
def test_active_maintainers_of_active_projects_are_eligible(facts: Facts, *, maintains: bool, eligible: bool) -> None:
    verdict = judge(facts, policy=POLICY, now=NOW)

    assert (verdict.is_maintainer, verdict.is_eligible) == (maintains, eligible)


def test_a_verdict_says_in_sentences_what_it_rests_on() -> None:
    facts = Facts(
        repository=WASH,
        role=Held("maintain", LONG_AGO),
        contributed_at=RECENTLY,
        project_ended="archived on GitHub",
    )

    assert judge(facts, policy=POLICY, now=NOW).says == (
        "GitHub gives them the role maintain on wash (seen since 28 July 2025).",
        "Active: they contributed, as seen on 2 August 2026.",
        "wash is not active: archived on GitHub.",
    )


def test_nobody_is_called_inactive_before_they_were_looked_at_for_the_whole_span() -> None:
    facts = Facts(repository=WASH, role=Held("admin", RECENTLY))

    verdict = judge(facts, policy=POLICY, now=NOW)

    assert verdict.says[1] == (
        "Counted as active: that was first seen on 2 August 2026, and nobody is called inactive before 365 days."
    )


def test_who_was_never_seen_to_do_anything_is_told_so_and_when_it_was_last() -> None:
    facts = Facts(repository=WASH, role=Held("admin", LONG_AGO), contributed_at=LONG_AGO)

    verdict = judge(facts, policy=POLICY, now=NOW)

    assert verdict.says[1] == (
        "Inactive: no contribution, release or confirmation for 365 days. The last sign is of 28 July 2025."
    )

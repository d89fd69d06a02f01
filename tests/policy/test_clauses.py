import subprocess
import sys
from dataclasses import replace

import pytest

from portal.policy import Clause, Keeper, Kind, enforces, kept_by, load
from portal.policy.deadlines import release_day_verdict
from portal.policy.enforce import Keepers

POLICY = load()


def test_the_clauses_are_numbered_without_a_gap() -> None:
    assert [clause.name for clause in Clause] == [f"P{number}" for number in range(1, 33)]


def test_promises_and_guidance_are_as_the_policy_has_them() -> None:
    promises = [clause.name for clause in Clause if clause.kind is Kind.PROMISE]
    guidance = [clause.name for clause in Clause if clause.kind is Kind.GUIDANCE]

    assert promises == ["P7", "P9", "P13", "P16", "P18"]
    assert guidance == ["P6", "P14", "P21"]


@pytest.mark.parametrize("clause", Clause)
def test_a_clause_has_a_short_title_and_whole_sentences(clause: Clause) -> None:
    title = clause.title(POLICY)
    sentences = [clause.words(POLICY), clause.how_kept(POLICY)]

    assert 0 < len(title) <= 45
    assert not title.endswith(".")
    for sentence in sentences:
        assert sentence.endswith((".", '."'))
        assert sentence[0].isupper()
        assert "{" not in sentence
        assert "  " not in sentence


@pytest.mark.parametrize("clause", Clause)
def test_a_clause_names_no_organisation_but_ours(clause: Clause) -> None:
    organisation = replace(POLICY.organisation, name="{Bergwerk}", security_address="hier@bergwerk.example")
    elsewhere = replace(POLICY, organisation=organisation)

    said = clause.title(elsewhere) + clause.words(elsewhere) + clause.how_kept(elsewhere)

    assert "wasmcloud" not in said.lower()


@pytest.mark.clause("P7")
def test_the_words_follow_the_numbers_of_the_policy() -> None:
    stricter = replace(POLICY, clock=replace(POLICY.clock, acknowledge_business_days=1))

    assert Clause.P7.title(POLICY) == "A person answers within 3 business days"
    assert Clause.P7.title(stricter) == "A person answers within 1 business day"


def test_no_clause_is_left_to_people_alone() -> None:
    assert [clause.name for clause in Clause if clause.keeper is Keeper.PEOPLE] == []


@pytest.mark.clause("P14")
def test_code_says_which_clause_it_keeps() -> None:
    name = f"{release_day_verdict.__module__}.{release_day_verdict.__qualname__}"

    assert name in kept_by(Clause.P14)


def test_what_keeps_a_clause_works_as_before_and_is_listed_under_each() -> None:
    keepers = Keepers()

    @keepers.enforces(Clause.P29, Clause.P30)
    def publish(title: str) -> str:
        return title.upper()

    listed = [keepers.kept_by(clause) for clause in (Clause.P29, Clause.P30, Clause.P31)]
    name = f"{publish.__module__}.{publish.__qualname__}"
    assert publish("overview") == "OVERVIEW"
    assert listed == [(name,), (name,), ()]


def test_keeping_no_clause_in_particular_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one clause"):
        enforces()


def test_the_policy_knows_nothing_of_the_framework() -> None:
    code = "import sys, portal.policy.deadlines; print(sorted({'django', 'psycopg'} & set(sys.modules)))"

    result = subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert result.stdout == "[]\n"

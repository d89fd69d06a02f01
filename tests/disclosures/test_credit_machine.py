"""Whatever people and the clock do in whatever order: what is printed is what somebody agreed to, at that moment."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from disclosures import credit_answers, credit_places
from disclosures.consent import consented
from disclosures.credit_answers import OtherWords, Said
from disclosures.credit_places import Place
from disclosures.credit_text import naming
from disclosures.enums import AnswerChannel, CreditAnswerKind, CreditPlaceKind
from disclosures.models import Credit, CreditAnswer
from portal.viewer import SYSTEM, acting_as
from reports.guards import Refused
from reports.intake import Receipt
from reports.models import Report
from tests import factories
from tests.disclosures.crediting import MONDAY, ask, confirmed, credit_of, duplicate_of, swept

NAMES = ["Robin", "Dora", "R\u202eobin\n", "<b>x</b>", "", "@robin", "x" * 10_000]
people = st.sampled_from(["reporter", "duplicate"])
sayings = st.builds(
    Said,
    kind=st.sampled_from(CreditAnswerKind),
    naming=st.builds(naming, name=st.sampled_from(NAMES), handle=st.sampled_from(["", "robin", "-no-"])),
)
PAGE = Place(kind=CreditPlaceKind.PAGE)


class LifeOfACredit(RuleBasedStateMachine):
    """`agreed` is the model: the words that each of them agrees to at this moment, by their own last word."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = MONDAY
        self.member = factories.member()
        self.receipts: dict[str, Receipt] = {"reporter": confirmed()}
        self.report = self.receipts["reporter"].report
        self.receipts["duplicate"] = duplicate_of(self.report)
        self.agreed: dict[str, str] = {}
        self.answered: set[str] = set()
        self.in_print: list[str] = []
        self.is_duplicate = True

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def credit(self, who: str) -> Credit | None:
        with acting_as(SYSTEM):
            exists = Credit.objects.filter(reporter=self.receipts[who].reporter).exists()
        return credit_of(self.receipts[who]) if exists else None

    @rule()
    def the_team_asks(self) -> None:
        ask(self.report, by=self.member, now=self.now)

    @rule(who=people, said=sayings, saw=st.sampled_from(["the words", "others"]))
    def somebody_answers(self, who: str, said: Said, saw: str) -> None:
        credit = self.credit(who)
        if credit is None:
            return
        agreed = said.text if saw == "the words" else "Somebody else"
        try:
            with acting_as(self.receipts[who].reporter.viewer):
                credit_answers.answer(credit, said, agreed=agreed, by=self.receipts[who].reporter, now=self.now)
        except (OtherWords, Refused):
            return
        self._remember(who, said)

    @rule(who=people, said=sayings, note=st.sampled_from(["By mail.", " "]))
    def a_member_enters_what_they_were_told(self, who: str, said: Said, note: str) -> None:
        credit = self.credit(who)
        if credit is None:
            return
        try:
            with acting_as(factories.looking(self.member)):
                credit_answers.answer_for(
                    credit, said, agreed=said.text, channel=AnswerChannel.MAIL, note=note, by=self.member, now=self.now
                )
        except Refused:
            return
        self._remember(who, said)

    @rule(who=people)
    def somebody_takes_it_back(self, who: str) -> None:
        credit = self.credit(who)
        if credit is None:
            return
        try:
            with acting_as(self.receipts[who].reporter.viewer):
                credit_answers.withdraw(credit, by=self.receipts[who].reporter, now=self.now)
        except Refused:
            return
        self.agreed.pop(who)

    @rule(days=st.integers(min_value=1, max_value=9))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        swept(self.now)

    @rule()
    def it_is_published(self) -> None:
        with acting_as(SYSTEM):
            printed = consented(self.report)
            credit_places.note_printed(self.report, [PAGE], people=printed, now=self.now)
        self.in_print = sorted(person.text for person in printed)

    @rule()
    def the_duplicate_turns_out_to_be_another_fault(self) -> None:
        with acting_as(SYSTEM):
            Report.objects.filter(pk=self.receipts["duplicate"].report.pk).update(duplicate_of=None)
        self.is_duplicate = False

    def _remember(self, who: str, said: Said) -> None:
        self.answered.add(who)
        self.agreed.pop(who, None)
        if said.text:
            self.agreed[who] = said.text
        self.now += timedelta(minutes=1)

    @invariant()
    def nothing_is_printed_but_what_is_agreed_to_now(self) -> None:
        with acting_as(SYSTEM):
            printed = sorted(person.text for person in consented(self.report))
        assert printed == sorted(words for who, words in self.agreed.items() if who == "reporter" or self.is_duplicate)

    @invariant()
    def each_consent_has_its_proof_in_the_same_words(self) -> None:
        with acting_as(SYSTEM):
            for credit in Credit.objects.filter(answer=CreditAnswerKind.NAMED).select_related("report"):
                last = CreditAnswer.objects.filter(credit=credit).select_related("report").latest("at", "pk")
                assert (last.answer, last.text, last.at) == (credit.answer, credit.text, credit.answered_at)

    @invariant()
    def silence_never_overrides_somebodys_word(self) -> None:
        with acting_as(SYSTEM):
            silent = CreditAnswer.objects.filter(channel=AnswerChannel.SILENCE).select_related("credit")
            for proof in silent:
                assert (proof.answer, proof.text) == (CreditAnswerKind.ANONYMOUS, "")
                assert proof.credit.asked_again_at is not None

    @invariant()
    def what_stands_in_print_without_consent_is_on_the_list(self) -> None:
        if not self.is_duplicate:
            return
        with acting_as(SYSTEM):
            to_do = credit_places.to_write_again(self.report).count()
        gone = [words for words in self.in_print if words not in self.agreed.values()]
        assert to_do >= len(gone)


@pytest.mark.django_db
@pytest.mark.clause("P17", "P18")
def test_no_name_gets_out_without_a_consent_at_that_moment() -> None:
    run_state_machine_as_test(LifeOfACredit, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))

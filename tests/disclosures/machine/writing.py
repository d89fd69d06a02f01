"""What people do with the words, the names and the ID of an advisory, and with the rules of its day."""

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from disclosures import approving, credit_answers, cves, drafting, dropping, exceptions, judging, spreading, withdrawing
from disclosures.conductor import beginning
from disclosures.draft import from_json
from disclosures.enums import CreditAnswerKind, EarlyGround, ExceptionKind
from disclosures.exceptions import Proposal
from reports.guards import Refused
from teams.models import Project
from tests.disclosures.factories import complete_draft
from tests.disclosures.machine.account import number, people
from tests.disclosures.machine.holding import Holding
from tests.disclosures.machine.memory import STRANGER
from tests.disclosures.machine.worlds import NAME, words_of

MOST_REVISIONS: Final = 6
ENTERED: Final = ("CVE-2026-41001", "CVE-2026-41002")


class Writing(Holding):
    # --- The words --------------------------------------------------------------------------------------------

    @precondition(lambda self: max(self.newest.values()) < MOST_REVISIONS)
    @rule(who=people, which=number, names=st.sampled_from([False, False, True]))
    def somebody_writes(self, *, who: str, which: int, names: bool) -> None:
        """Of every project that is affected, as far as this advisory tells of it; and perhaps of who reported it."""
        which = self.which(which)
        base, text = self.newest[which], (which, self.newest[which] + 1)
        projects = Project.objects.filter(pk__in=sorted(self.affected)).order_by("pk")
        told, words = list(projects)[which :: len(self.world.advisories)], words_of(*text, names=names)
        draft = complete_draft(*told, overview=words)

        def write() -> None:
            drafting.write(self.advisory(which), draft, by=self.user(who), base_revision=base, now=self.world.now)

        self.words[text], self.writers[text] = words, self.user(who).pk
        if self.attempt(write, who):
            self.newest[which] = text[1]

    @rule(who=people, which=number)
    def somebody_approves(self, *, who: str, which: int) -> None:
        which, by = self.which(which), self.user(who)
        text = which, self.newest[which]

        def approve() -> None:
            approving.approve(self.advisory(which), text[1], by=by, now=self.world.now)

        if self.attempt(approve, who):
            self.approvals.setdefault(text, set()).add(by.pk)
            self.ever_approved.setdefault(text, set()).add(by.pk)

    @rule(who=people, which=number)
    def somebody_takes_the_approval_back(self, *, who: str, which: int) -> None:
        which = self.which(which)

        def take_back() -> None:
            approving.withdraw_approval(self.advisory(which), by=self.user(who), now=self.world.now)

        if self.attempt(take_back, who):
            self.approvals[which, self.newest[which]] = set()
            self.note("an approval is taken back")

    @rule(who=people, which=number)
    def somebody_lets_a_name_pass(self, *, who: str, which: int) -> None:
        which, by = self.which(which), self.user(who)

        def let_pass() -> None:
            advisory = self.advisory(which)
            judged = judging.judge(advisory, from_json(approving.newest_revision(advisory).content))
            for key in [each.key for each in judged.open_findings]:
                approving.waive(advisory, key, reason="They want it there.", by=by, now=self.world.now)
                self.let_pass.add(which)

        self.attempt(let_pass, who)

    @rule(who=people)
    def somebody_publishes_what_has_changed(self, *, who: str) -> None:
        def publish() -> None:
            beginning.publish_changes(self.report(), by=self.user(who), now=self.world.now)

        self.is_held = False  # refused or not: somebody wants it to go on
        if self.attempt(publish, who):
            self.note("what was changed is published")

    @rule(which=number, who=people)
    def somebody_drops_the_draft(self, *, which: int, who: str) -> None:
        if self.attempt(lambda: dropping.drop(self.advisory(which), by=self.user(who), now=self.world.now), who):
            self.note("a draft is dropped")

    @rule(which=number, who=people)
    def somebody_wants_the_advisory_withdrawn(self, *, which: int, who: str) -> None:
        """And is the first, or the second, to say so."""
        which, by = self.which(which), self.user(who)

        def propose() -> None:
            withdrawing.propose(self.advisory(which), reason="It is wrong.", by=by, now=self.world.now)

        def agree() -> None:
            if (proposed := withdrawing.standing(self.advisory(which))) is None:
                raise Refused("Nobody proposed it.")
            withdrawing.agree(proposed, by=by, now=self.world.now)

        if self.attempt(propose, who):
            self.taken_back[which] = (by.pk, None)
        elif which in self.taken_back and self.attempt(agree, who):
            self.taken_back[which] = (self.taken_back[which][0], by.pk)
            self.note("an advisory is withdrawn")

    # --- The names ------------------------------------------------------------------------------------------------

    @rule(
        kind=st.sampled_from([CreditAnswerKind.NAMED, CreditAnswerKind.NAMED, CreditAnswerKind.ANONYMOUS]),
        handle=st.sampled_from(["", "robin", STRANGER]),
    )
    def the_reporter_answers(self, *, kind: CreditAnswerKind, handle: str) -> None:
        self.world.later(seconds=1)
        self.world.answers(kind, handle=handle)
        self.now_consents(consents=kind is CreditAnswerKind.NAMED)

    @precondition(lambda self: self.consents)
    @rule()
    def the_reporter_takes_it_back(self) -> None:
        self.world.later(seconds=1)
        credit_answers.withdraw(self.world.credit(), by=self.world.reporter, now=self.world.now)
        self.now_consents(consents=False)

    def now_consents(self, *, consents: bool) -> None:
        if self.consents and not consents and (printed := self.places_that_name()):
            self.named_before |= printed
            self.note("consent is taken back after it was printed")
        if self.consents and not consents:
            self.nothing_that_names_them_is_agreed_any_more()
        self.consents = consents

    def nothing_that_names_them_is_agreed_any_more(self) -> None:
        """Of what is not public yet."""
        self.let_pass.clear()
        for text in self.newest.items():
            if NAME in self.words[text] and text not in self.public and self.approvals.pop(text, set()):
                self.note("an approval lapses, as consent is taken back")

    # --- The rules of the day -------------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(ExceptionKind), who=people)
    def somebody_proposes_an_exception(self, *, kind: ExceptionKind, who: str) -> None:
        ground = EarlyGround.PUBLIC if kind is ExceptionKind.EARLY else None
        proposal = Proposal(kind=kind, reason="It is public elsewhere.", ground=ground)

        def propose() -> None:
            exceptions.propose(self.report(), proposal, by=self.user(who), now=self.world.now)

        if self.attempt(propose, who):
            self.agreed[kind] = (self.user(who).pk, None)

    @precondition(lambda self: self.agreed)
    @rule(who=people)
    def somebody_agrees_to_it(self, *, who: str) -> None:
        for kind, (proposed_by, agreed_by) in sorted(self.agreed.items()):
            verb = self.exception(kind)
            if agreed_by is None and self.attempt(
                lambda verb=verb: exceptions.agree(verb, by=self.user(who), now=self.world.now),  # type: ignore[misc]
                who,
            ):
                self.agreed[kind] = (proposed_by, self.user(who).pk)

    @precondition(lambda self: self.agreed)
    @rule(who=people)
    def somebody_keeps_the_rule_after_all(self, *, who: str) -> None:
        kind = min(self.agreed)
        row = self.exception(kind)
        if self.attempt(lambda: exceptions.drop(row, by=self.user(who), now=self.world.now), who):
            del self.agreed[kind]

    # --- Its ID -----------------------------------------------------------------------------------------------------

    @rule(who=people, which=number)
    def somebody_finds_that_no_id_is_needed(self, *, who: str, which: int) -> None:
        """And is the first, or the second, to say so."""
        which, by = self.which(which), self.user(who)

        def propose() -> None:
            cves.propose_not_needed(self.wish(which), reason="It is ours.", by=by, now=self.world.now)

        def agree() -> None:
            cves.agree_not_needed(self.wish(which), by=by, now=self.world.now)

        if self.attempt(propose, who):
            self.no_id[which] = (by.pk, None)
        elif which in self.no_id and self.attempt(agree, who):
            self.no_id[which] = (self.no_id[which][0], by.pk)
            self.note("two find that no ID is needed")

    @rule(who=people, which=number)
    def somebody_enters_an_id(self, *, who: str, which: int) -> None:
        which = self.which(which)

        def enter() -> None:
            cves.enter(self.wish(which), cve_id=ENTERED[which], by=self.user(who), now=self.world.now)

        if self.attempt(enter, who):
            self.note("an ID is entered")

    @rule(who=people, which=number)
    def somebody_asks_for_an_id(self, *, who: str, which: int) -> None:
        """Of GitHub, or of ourselves."""
        ask = cves.request_of_our_own if self.world.is_cna else cves.choose_github
        self.attempt(lambda: ask(self.wish(which), by=self.user(who), now=self.world.now), who)

    @rule(who=people, which=number)
    def somebody_has_the_id_written_everywhere(self, *, who: str, which: int) -> None:
        if self.attempt(lambda: spreading.spread(self.wish(which), by=self.user(who), now=self.world.now), who):
            self.note("an ID that came late is written everywhere")

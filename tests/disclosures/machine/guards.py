"""Guards of the day, each of which can be taken away, and what people then do that it would have kept them from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pytest
from django.db.models import Q

from disclosures import approving, credit_rewriting, exceptions, judging, publishing, spreading, withdrawing
from disclosures.conductor import crediting, doubtful, engine, order, rewriting
from disclosures.enums import CveState, ExceptionKind, StepKind
from disclosures.formats import release_notes
from disclosures.judging import Judgement
from disclosures.models import Advisory, CveRequest, Revision, RuleException, Withdrawal
from disclosures.snapshot import Credit as Printed
from disclosures.snapshot import CreditType
from reports import guards, history, lifecycle
from reports.enums import EventKind
from reports.guards import Guard
from reports.lifecycle import Move
from reports.models import Report, ReportEvent
from reports.readiness import Readiness, readiness_of
from teams.models import User
from tests.disclosures.machine import deeds
from tests.disclosures.machine.deeds import Deed
from tests.disclosures.machine.worlds import NAME


@dataclass(frozen=True, kw_only=True)
class Gone:
    """`world`: where it begins. `objection`: what the machine then says."""

    world: str
    take_away: Callable[[pytest.MonkeyPatch], None]
    deeds: Sequence[Deed]
    objection: str


# --- What keeps them from it ------------------------------------------------------------------------------------


def nobody_has_to_approve(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publishing, "approved", approving.newest_revision)


def authors_approve_their_own_words(patch: pytest.MonkeyPatch) -> None:
    judged = judging.judge
    patch.setattr(judging, "judge", lambda *told: replace(judged(*told), authors=frozenset()))


def what_was_approved_once_may_be_changed(patch: pytest.MonkeyPatch) -> None:
    def approved(advisory: Advisory) -> Revision | None:
        ever = advisory.revisions.filter(approvals__withdrawn_at=None, approvals__isnull=False)
        return approving.newest_revision(advisory) if ever.exists() else None

    patch.setattr(publishing, "approved", approved)


def an_approval_taken_back_counts(patch: pytest.MonkeyPatch) -> None:
    def approved(advisory: Advisory) -> Revision | None:
        newest = approving.newest_revision(advisory)
        return newest if newest.approvals.exists() else None

    patch.setattr(publishing, "approved", approved)


def names_are_printed_unasked(patch: pytest.MonkeyPatch) -> None:
    unasked = Printed(text=NAME, name=NAME, type=CreditType.REPORTER)
    patch.setattr(publishing, "consented", lambda _: (unasked,))


def drafts_name_people(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(crediting, "unnamed", lambda snapshot: snapshot)


def names_stay(patch: pytest.MonkeyPatch) -> None:
    for sweeping in (credit_rewriting, rewriting):
        patch.setattr(sweeping, "sweep", lambda **_: None)


def names_in_its_words_are_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judgement, "names", property(lambda _: False))


def leaks_are_not_looked_for(patch: pytest.MonkeyPatch) -> None:
    names_in_its_words_are_not_looked_for(patch)
    patch.setattr(Judgement, "open_findings", property(lambda _: ()))


def any_day_will_do(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(order, "speaks_against", lambda *_, **__: "")


def nothing_waits_for_a_release(patch: pytest.MonkeyPatch) -> None:
    any_day_will_do(patch)
    patch.setattr(order, "waits_for", lambda *_: "")


def moved_tags_are_taken_as_they_come(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(doubtful, "mark_of", lambda _: "")


def our_page_does_not_wait_for_releases(patch: pytest.MonkeyPatch) -> None:
    first = order._first_published  # noqa: SLF001 - the half of the rule that is left
    patch.setattr(order, "_RULES", {**order._RULES, StepKind.PAGE: first})  # noqa: SLF001 - so that the rest is gone


def nobody_can_hold_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine, "_own", Q)


def one_person_goes_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(exceptions, "agreed", lambda _: frozenset({ExceptionKind.EARLY}))


def who_proposes_agrees(patch: pytest.MonkeyPatch) -> None:
    def agree(exception: RuleException, *, by: object, now: object) -> None:
        del by
        RuleException.objects.filter(pk=exception.pk).update(agreed_at=now, agreed_by=None)

    patch.setattr(exceptions, "agree", agree)


def one_person_withdraws(patch: pytest.MonkeyPatch) -> None:
    def agree(withdrawal: Withdrawal, *, by: User, now: datetime) -> None:
        withdrawing._withdraw(withdrawal.advisory, reason=withdrawal.reason, by=by, now=now)  # noqa: SLF001 - unguarded

    patch.setattr(withdrawing, "agree", agree)


def breaches_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    kept = history.append

    def append(report: Report, kind: EventKind, **told: object) -> ReportEvent:
        is_breach = kind is EventKind.SAME_DAY_MISSED
        return kept(report, EventKind.ADVISORY_PUSHED if is_breach else kind, **told)  # type: ignore[arg-type] # as told

    patch.setattr(history, "append", append)


def ids_are_settled_unwritten(patch: pytest.MonkeyPatch) -> None:
    waiting = CveRequest.objects.filter
    patch.setattr(spreading, "_everywhere", lambda: waiting(state=CveState.ASSIGNED, spread_at=None))


def links_are_believed_unread(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(release_notes, "with_link", lambda notes, *_, **__: notes)
    patch.setattr(release_notes, "has_link", lambda *_: True)


def changes_do_not_wait_for_releases(patch: pytest.MonkeyPatch) -> None:
    def released(report: Report, *, now: datetime) -> Readiness:
        found = readiness_of(report, now=now)
        return replace(found, disclosure=replace(found.disclosure, unreleased=()))

    patch.setattr("disclosures.conductor.beginning.readiness_of", released)


def nobody_asks(move: Move, *unasked: Guard) -> Callable[[pytest.MonkeyPatch], None]:
    """The move does not look at these any more."""
    row = lifecycle.TABLE[move]
    standing = tuple(guard for guard in row.standing if guard not in unasked)
    return lambda patch: patch.setitem(lifecycle.TABLE, move, replace(row, standing=standing))


GONE: Final[dict[str, Gone]] = {
    "approval": Gone(
        world="out", take_away=nobody_has_to_approve, deeds=[deeds.write, deeds.publish_changes],
        objection="Our page says what nobody else approved.",
    ),
    "somebody else's approval": Gone(
        world="out", take_away=authors_approve_their_own_words,
        deeds=[deeds.write, deeds.approve_own, deeds.publish_changes],
        objection="Our page says what nobody else approved.",
    ),
    "approval of these very words": Gone(
        world="out", take_away=what_was_approved_once_may_be_changed, deeds=[deeds.write, deeds.publish_changes],
        objection="Our page says what nobody else approved.",
    ),
    "approval that stands": Gone(
        world="out", take_away=an_approval_taken_back_counts,
        deeds=[deeds.write, deeds.approve, deeds.disapprove, deeds.publish_changes],
        objection="Our page says what nobody else approved.",
    ),
    "consent": Gone(
        world="held up", take_away=names_are_printed_unasked, deeds=[deeds.wants_another_day, deeds.go_on],
        objection="Named on GitHub.",
    ),
    "drafts without names": Gone(
        world="being fixed", take_away=drafts_name_people,
        deeds=[deeds.consent, deeds.start, deeds.go_on],
        objection="Named in a draft.",
    ),
    "names in its own words": Gone(
        world="being fixed", take_away=leaks_are_not_looked_for,
        deeds=[deeds.write_who_reported_it, deeds.approve, deeds.start, deeds.release_all, deeds.go_on],
        objection="Our page names whom nobody let pass.",
    ),
    "names in its own words, of who thought better": Gone(
        world="being fixed", take_away=names_in_its_words_are_not_looked_for,
        deeds=[
            deeds.write_who_reported_it, deeds.let_the_name_pass, deeds.approve, deeds.consent,
            deeds.take_consent_back, deeds.start, deeds.release_all, deeds.go_on,
        ],
        objection="Our page names whom nobody let pass.",
    ),
    "names that go": Gone(
        world="out", take_away=names_stay, deeds=[deeds.take_consent_back],
        objection="A name stands where it could be taken out.",
    ),
    "the same day": Gone(
        world="held up", take_away=any_day_will_do, deeds=[deeds.go_on], objection="It was published on another day.",
    ),
    "the release": Gone(
        world="two projects", take_away=nothing_waits_for_a_release, deeds=[deeds.go_on],
        objection="It was published without a release.",
    ),
    "every release": Gone(
        world="two advisories", take_away=nothing_waits_for_a_release, deeds=[deeds.release_one, deeds.go_on],
        objection="It was published without a release.",
    ),
    "an ID of our own everywhere": Gone(
        world="own CNA", take_away=ids_are_settled_unwritten,
        deeds=[deeds.anonymous, deeds.release_all, deeds.enter_id, deeds.an_hour_passes, deeds.close],
        objection="It has no CVE ID, and not two people said that it needs none.",
    ),
    "the release, before our page": Gone(
        world="two projects", take_away=our_page_does_not_wait_for_releases, deeds=[deeds.publish_by_hand, deeds.go_on],
        objection="Our page tells of a project without a release.",
    ),
    "the very release that was seen": Gone(
        world="two projects", take_away=moved_tags_are_taken_as_they_come,
        deeds=[deeds.release_one, deeds.go_on, deeds.move_a_tag, deeds.release_all, deeds.go_on],
        objection="It was published on a tag that was moved.",
    ),
    "holding it": Gone(
        world="two projects", take_away=nobody_can_hold_it, deeds=[deeds.hold, deeds.release_all, deeds.go_on],
        objection="It was published while it was held.",
    ),
    "a second person's agreement": Gone(
        world="two projects", take_away=one_person_goes_early, deeds=[deeds.wants_early, deeds.go_on],
        objection="It was published without a release.",
    ),
    "agreement by another person": Gone(
        world="two projects", take_away=who_proposes_agrees, deeds=[deeds.wants_early, deeds.agree_to_own, deeds.go_on],
        objection="It was published without a release.",
    ),
    "the breach on record": Gone(
        world="held up", take_away=breaches_are_forgotten, deeds=[deeds.wants_another_day, deeds.go_on],
        objection="A breach is not on record.",
    ),
    "released only with releases": Gone(
        world="two projects", take_away=nobody_asks(Move.RELEASE, guards.is_released), deeds=[deeds.say_released],
        objection="Released without a release.",
    ),
    "disclosed only when published": Gone(
        world="held up", take_away=nobody_asks(Move.DISCLOSE, guards.is_published), deeds=[deeds.say_disclosed],
        objection="Disclosed without a page of ours.",
    ),
    "the ID at the close": Gone(
        world="out", take_away=nobody_asks(Move.CLOSE, guards.owes_no_cve), deeds=[deeds.close],
        objection="It has no CVE ID, and not two people said that it needs none.",
    ),
    "the ID everywhere": Gone(
        world="out", take_away=ids_are_settled_unwritten, deeds=[deeds.enter_id, deeds.an_hour_passes, deeds.close],
        objection="It has no CVE ID, and not two people said that it needs none.",
    ),
    "two to withdraw it": Gone(
        world="out", take_away=one_person_withdraws, deeds=[deeds.want_it_withdrawn, deeds.want_it_withdrawn],
        objection="Withdrawn by one person alone.",
    ),
    "the link in the notes": Gone(
        world="held up", take_away=links_are_believed_unread,
        deeds=[
            deeds.wants_another_day, deeds.anonymous, deeds.enter_id, deeds.go_on, deeds.spread_id,
            deeds.an_hour_passes, deeds.close,
        ],
        objection="Its notes do not lead to the advisory.",
    ),
    "credit at the close": Gone(
        world="held up", take_away=nobody_asks(Move.CLOSE, guards.owes_no_credit),
        deeds=[
            deeds.wants_another_day, deeds.enter_id, deeds.go_on, deeds.spread_id, deeds.an_hour_passes, deeds.close,
        ],
        objection="Somebody was not asked.",
    ),
    "the release of one more project": Gone(
        world="out", take_away=changes_do_not_wait_for_releases,
        deeds=[deeds.another_project, deeds.write, deeds.approve, deeds.publish_changes],
        objection="Our page tells of a project without a release.",
    ),
}  # fmt: skip
"""By what is gone."""

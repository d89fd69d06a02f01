"""What must be so before a report may move. Each guard returns the sentence to show, or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.text import get_text_list

from reports.access import Permission, may
from reports.enums import Channel, DeclineReason, State
from reports.models import Report
from reports.readiness import UNKNOWN, Readiness
from teams.models import User


class Refused(Exception):
    """It may not be done now. The message is for the person who tried."""


def demand(user: User, permission: Permission, report: Report) -> None:
    """Refuse what the person's role on the report does not include."""
    if not may(user, permission, report):
        raise Refused("Your role on this report does not include that.")


def refuse_made_up(report: Report, why: str) -> None:
    """What would be real, or reach somebody who is not there. `why` ends a sentence."""
    if report.is_rehearsal:
        raise Refused(f"It is a rehearsal: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says when they move a report. `message` goes to the reporter; `waiver` says why none does."""

    message: str = ""
    waiver: str = ""
    reason: DeclineReason | None = None
    duplicate_of: Report | None = None
    explanation: str = ""
    take_coordination: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A report and what was decided about it; `project_count` of affected projects; how far its fix is."""

    report: Report
    project_count: int
    decision: Decision
    readiness: Readiness = UNKNOWN


type Guard = Callable[[Situation], str | None]


def has_coordinator(situation: Situation) -> str | None:
    if situation.report.coordinator_id is None:
        return "Nobody coordinates it yet: take it, or hand it to somebody."
    return None


def has_projects(situation: Situation) -> str | None:
    if situation.project_count == 0:
        return "No affected project is named: add at least one under Facts."
    return None


def has_severity(situation: Situation) -> str | None:
    if not situation.report.severity:
        return "Its severity is not assessed: enter a CVSS vector under Facts."
    return None


def tells_the_reporter(situation: Situation) -> str | None:
    """Whoever reported it. What the team found itself has nobody outside who waits for a word."""
    if situation.report.channel == Channel.TEAM:
        return None
    if not situation.decision.message.strip():
        return "Write to the reporter: this step is theirs to know."
    return None


def tells_the_reporter_or_says_why_not(situation: Situation) -> str | None:
    decision = situation.decision
    if situation.report.channel == Channel.TEAM:
        return None
    if not decision.message.strip() and not decision.waiver.strip():
        return "Write to the reporter, or say why nothing is written this time."
    return None


def tells_the_reporter_unless_spam(situation: Situation) -> str | None:
    return None if situation.decision.reason == DeclineReason.SPAM else tells_the_reporter(situation)


def gives_a_reason(situation: Situation) -> str | None:
    return None if situation.decision.reason else "Choose why it is declined."


def spam_is_seen_at_once(situation: Situation) -> str | None:
    if situation.decision.reason == DeclineReason.SPAM and situation.report.state != State.RECEIVED:
        return "It was acknowledged already, so it is not spam: choose another reason."
    return None


def names_the_duplicate(situation: Situation) -> str | None:
    report, other = situation.report, situation.decision.duplicate_of
    if situation.decision.reason != DeclineReason.DUPLICATE:
        return "Another report is named only for a duplicate." if other else None
    if other is None:
        return "Say which report it is a duplicate of."
    if other.pk == report.pk:
        return "A report is no duplicate of itself."
    if other.is_rehearsal:
        return "That report is made up, for a rehearsal: nothing real is a duplicate of it."
    if other.duplicate_of_id is not None:
        return "That report is itself a duplicate: name the one it points to."
    return None


def tells_the_reporter_who_was_taken_for_spam(situation: Situation) -> str | None:
    """Nobody had answered them: reopening is the first word they hear."""
    return tells_the_reporter(situation) if situation.report.decline_reason == DeclineReason.SPAM else None


def was_real(situation: Situation) -> str | None:
    """Triage leads to places where nothing made up may come."""
    return "It is a rehearsal, and over: begin another one." if situation.report.is_rehearsal else None


def was_not_disclosed(situation: Situation) -> str | None:
    """What was released and published stays so: triage would lead to its end again without doing any of it."""
    if situation.report.decline_reason:
        return None
    return "It was disclosed. If the fix is incomplete, its advisories lead to a report that completes it."


def explains(situation: Situation) -> str | None:
    return None if situation.decision.explanation.strip() else "Say why it is opened again."


def has_lead(situation: Situation) -> str | None:
    return None if situation.readiness.has_lead else "Nobody leads the fix yet: ask somebody to."


def covers_each_project(situation: Situation) -> str | None:
    if uncovered := situation.readiness.without_maintainer:
        return f"Nobody on the patch team maintains {listed(uncovered)}: ask one of its maintainers."
    return None


def can_release_each_project(situation: Situation) -> str | None:
    if stuck := situation.readiness.without_releaser:
        return f"Nobody on the patch team may release and publish {listed(stuck)}: ask somebody who may."
    return None


def are_all_maintainers(situation: Situation) -> str | None:
    if outsiders := situation.readiness.outsiders:
        verb = "maintains" if len(outsiders) == 1 else "maintain"
        return f"{listed(outsiders)} {verb} no active project, and only maintainers belong on the patch team."
    return None


def has_fixed_versions(situation: Situation) -> str | None:
    if without := situation.readiness.without_version:
        return f"The version that has the fix is not named for {listed(without)}."
    return None


def has_done_the_work(situation: Situation) -> str | None:
    """The advisory is part of that work: it is ready to be published (P12)."""
    undone: dict[str, list[str]] = {}
    for name, work in situation.readiness.undone:
        undone.setdefault(name, []).append(work.label)
    if not undone:
        return None
    return f"Still to be done: {'; '.join(f'{listed(work)} of {name}' for name, work in undone.items())}."


def has_planned_day(situation: Situation) -> str | None:
    return None if situation.report.release_planned_on else "No release day is planned: choose one."


def has_advisories(situation: Situation) -> str | None:
    if without := situation.readiness.disclosure.without_advisory:
        return f"No approved advisory says what is affected in {listed(without)}: write it, and have it approved."
    return None


def is_released(situation: Situation) -> str | None:
    if unreleased := situation.readiness.disclosure.unreleased:
        return f"The release with the fix was not seen in {listed(unreleased)}."
    return None


def is_published(situation: Situation) -> str | None:
    disclosure = situation.readiness.disclosure
    if disclosure.unpublished:
        return f"The advisory is not published in {listed(disclosure.unpublished)}."
    return None if disclosure.is_published else "Our own page of the advisory is not published."


def may_go_early(situation: Situation) -> str | None:
    if situation.readiness.disclosure.may_go_early:
        return None
    return "It takes two people to disclose before the release: propose it, with what users can do until then."


def owes_no_cve(situation: Situation) -> str | None:
    if without := situation.readiness.disclosure.without_cve:
        which = "An advisory lacks" if without == 1 else f"{without} advisories lack"
        return f"{which} the CVE ID, or does not name it everywhere."
    if situation.readiness.disclosure.unrejected:
        return "An advisory is withdrawn, and its CVE ID is not: have it rejected, or agree that none is needed."
    return None


def owes_no_link(situation: Situation) -> str | None:
    if unlinked := situation.readiness.disclosure.unlinked:
        return f"The release notes of {listed(unlinked)} do not link to the advisory."
    return None


def owes_no_credit(situation: Situation) -> str | None:
    if unanswered := situation.readiness.disclosure.unanswered:
        who = "One person has" if unanswered == 1 else f"{unanswered} people have"
        return f"{who} not said how they want to be credited."
    return None


def listed(names: Sequence[str]) -> str:
    return get_text_list(list(names), "and")

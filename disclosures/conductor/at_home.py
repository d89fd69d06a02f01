"""Steps that the portal takes in its own house: the report moves on, our page is published, people are told.

Each is done in the transaction that marks it, so that it happens once.
"""

from collections.abc import Callable

from django.conf import settings

from disclosures import cves, exceptions, publishing
from disclosures.conductor.outcome import Attempt, Call, Done, NotYet, Outcome, Skipped
from disclosures.credits import thank
from disclosures.enums import AdvisoryState, CveRoute, CveState, ExceptionKind
from disclosures.models import Advisory, CveRequest
from portal import cve_services
from portal.github import GitHub
from portal.policy import Clause, enforces
from portal.viewer import acting_as
from reports import conversation, lifecycle, notices, prepared
from reports.enums import NoticeKind, State
from reports.guards import Decision, Refused
from reports.lifecycle import Move
from reports.prepared import Occasion
from teams.membership import viewer_for

WORKED_ON = (State.IDENTIFIED, State.FIXING, State.READY)
NOT_ASKED = {
    CveState.NOT_NEEDED: "Two people found that none is needed.",
    CveState.REQUESTED: "It was asked for already.",
    CveState.ASSIGNED: "It is there already.",
    CveState.PUBLISHED: "It is there already.",
}


@enforces(Clause.P10)
def released(attempt: Attempt) -> Outcome:
    match attempt.step.report.state:
        case State.READY:
            return Done(_moving(attempt, Move.RELEASE, tells=True))
        case State.DISCLOSED if ExceptionKind.EARLY in exceptions.agreed(attempt.step.report):
            return Done(_telling_of_release(attempt))
        case State.RELEASED | State.DISCLOSED | State.CLOSED:
            return Skipped("It was marked already.")
        case _:
            raise Refused("The fix is not marked as ready yet.")


def disclosed(attempt: Attempt) -> Outcome:
    report = attempt.step.report
    if report.state in {State.DISCLOSED, State.CLOSED}:
        return Skipped("It was marked already.")
    if report.state in WORKED_ON and ExceptionKind.EARLY in exceptions.agreed(report):
        return Done(_moving(attempt, Move.DISCLOSE_EARLY, tells=True))
    return Done(_moving(attempt, Move.DISCLOSE, tells=False))


def page(attempt: Attempt) -> Outcome:
    advisory = _advisory_of(attempt)
    return Done(lambda: _publish(advisory, attempt))


@enforces(Clause.P9)
def tell(attempt: Attempt) -> Outcome:
    report, now = attempt.step.report, attempt.now
    if report.is_rehearsal:
        return Skipped("It is a rehearsal: nobody outside is told.")

    def keep() -> None:
        thank(report, now=now)
        notices.tell_team(report, NoticeKind.DISCLOSED, fact=f"report:{report.pk}", now=now)

    return Done(keep)


@enforces(Clause.P15)
def cve(attempt: Attempt) -> Call | Skipped | NotYet:
    """Ask GitHub, if that is the way that was chosen or nobody has chosen one; the ID comes weeks later (P16)."""
    advisory = _advisory_of(attempt)
    wish = cves.need(advisory, now=attempt.now)
    if why := _why_not_asked(wish, advisory):
        return Skipped(why)
    if wish.proposed_by_id is not None:
        return NotYet("Somebody proposes that none is needed: a second person has to agree, or say that it is.")
    if wish.route == "" and cve_services.account() is not None and not attempt.step.report.is_rehearsal:
        return Skipped("We give out IDs ourselves: its page reserves one.")
    if wish.route not in {"", CveRoute.GITHUB}:
        return Skipped(f"It comes by another way: {wish.get_route_display()}.")
    row = advisory.repository_advisories.filter(state__in=publishing.PUBLIC).select_related("project").first()
    if row is None or row.ghsa_id is None:
        raise Refused("No advisory is published on GitHub yet.")
    repository, ghsa_id = row.project.repository, row.ghsa_id

    def call(github: GitHub) -> Outcome:
        github.request_cve(repository, ghsa_id)
        return Done(lambda: cves.requested(wish, route=CveRoute.GITHUB, by=None, now=attempt.now))

    return call


def _why_not_asked(wish: CveRequest, advisory: Advisory) -> str:
    if wish.state != CveState.NEEDED:
        return NOT_ASKED.get(CveState(wish.state), "Its page says what became of it.")
    if advisory.state == AdvisoryState.WITHDRAWN:
        return "The advisory is withdrawn: no ID is asked for any more."
    if not advisory.products.filter(project__archived_at=None).exists():
        return "It stands in no repository on GitHub: the ID has to come by another way."
    return ""


def _telling_of_release(attempt: Attempt) -> Callable[[], None]:
    """It was disclosed before its release, so the state says nothing of it: the reporter hears of it all the same."""
    person, report, now = attempt.conduct.started_by, attempt.step.report, attempt.now
    named = report.affected_projects.select_related("project")
    occasion = Occasion(policy=settings.POLICY, now=now, projects=[each.project.name for each in named])

    def keep() -> None:
        with acting_as(viewer_for(person)):
            conversation.post(report, prepared.release_after_disclosure(occasion), by=person, now=now)

    return keep


def _moving(attempt: Attempt, move: Move, *, tells: bool) -> Callable[[], None]:
    """In the name of whoever set the day going, who must still be allowed to."""
    person, report = attempt.conduct.started_by, attempt.step.report
    decision = Decision(message=attempt.conduct.message) if tells else Decision()

    def keep() -> None:
        with acting_as(viewer_for(person)):
            lifecycle.move(report, move, by=person, decision=decision, now=attempt.now)

    return keep


def _publish(advisory: Advisory, attempt: Attempt) -> None:
    publishing.publish(advisory, now=attempt.now)


def _advisory_of(attempt: Attempt) -> Advisory:
    if attempt.step.advisory is None:
        raise Refused("It is about no advisory.")
    return attempt.step.advisory

"""Somebody made the advisory on GitHub already: a person names it, and once it is found there it is ours (P29)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from disclosures.conductor import beginning, on_github
from disclosures.conductor.on_github import ENDED, ENDED_THERE, row_of
from disclosures.conductor.outcome import Attempt, Call, Done, Outcome, Skipped
from disclosures.enums import RepositoryAdvisoryState, StepKind, StepState
from disclosures.models import Advisory, AffectedProduct, RepositoryAdvisory, Step
from portal.github import AdvisoryState, GitHub, NotThere
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand
from reports.models import GitHubReport, Report
from teams.models import Project, User

GHSA: Final = re.compile(r"\bghsa((?:-[23456789cfghjmpqrvwx]{4}){3})(?![\w-])", re.IGNORECASE)
OPEN: Final = (
    RepositoryAdvisoryState.ABSENT,
    RepositoryAdvisoryState.TRIAGE,
    RepositoryAdvisoryState.DRAFT,
    RepositoryAdvisoryState.CLOSED,
)
"""What another advisory can still take the place of."""
PUBLIC: Final = "It was published through {name} there: that one stays."
AT_WORK: Final = "It is being published there just now: look again in a minute."
TAKEN: Final = "{name} cannot be taken over here. Compare it with its address on GitHub."


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A repository in which an advisory of ours belongs. `row`: what is known of it there, if anything is."""

    advisory: Advisory
    project: Project
    row: RepositoryAdvisory | None

    @property
    def key(self) -> tuple[int, int]:
        return self.advisory.pk, self.project.pk

    @property
    def is_open(self) -> bool:
        """Whether another one can be named."""
        return self.row is None or (self.row.state in OPEN and self.row.published_at is None)


def spots(report: Report, known: Sequence[RepositoryAdvisory] | None = None) -> Sequence[Spot]:
    """Every repository that an advisory speaks of. Two queries, or one where what is known of it is at hand."""
    there = list(RepositoryAdvisory.objects.filter(report=report)) if known is None else known
    rows = {(row.advisory_id, row.project_id): row for row in there}
    products = AffectedProduct.objects.filter(report=report, project__archived_at=None, advisory__dropped_at=None)
    found = {}
    for product in products.select_related("advisory", "project").order_by("project__name", "advisory_id"):
        key = (product.advisory_id, product.project_id)
        found[key] = Spot(advisory=product.advisory, project=product.project, row=rows.get(key))
    return list(found.values())


@enforces(Clause.P29)
def name(spot: Spot, text: str, *, by: User, now: datetime) -> None:
    """It is looked up before it counts, and no other one is made meanwhile. What was mistyped can be named anew."""
    report = spot.advisory.report
    demand(by, Permission.PUBLISH, report)
    typed = GHSA.search(text)
    if typed is None:
        raise Refused("That is no name of an advisory: it looks like GHSA-xxxx-xxxx-xxxx.")
    with transaction.atomic():
        row = _locked(spot)
        claimed = f"GHSA{typed[1].lower()}"
        if claimed == row.ghsa_id and row.state != RepositoryAdvisoryState.CLOSED:
            raise Refused("That is the one which the portal goes on with already.")
        row.claimed_id = claimed
        row.save(update_fields=["claimed_id"])
        history.append(report, EventKind.ADVISORY_ADOPTED, by=by, now=now, project=row.project_id, ghsa=claimed)
        beginning.look_up(row, by=by, now=now)


def forget(spot: Spot, *, by: User, now: datetime) -> None:
    """There is none after all: the portal goes on as if nobody had named one."""
    demand(by, Permission.PUBLISH, spot.advisory.report)
    with transaction.atomic():
        row = _locked(spot)
        if not row.claimed_id:
            raise Refused("Nobody names one there, or it was found meanwhile.")
        row.claimed_id = ""
        row.save(update_fields=["claimed_id"])
        history.append(row.report, EventKind.NAMING_DROPPED, by=by, now=now, project=row.project_id)
        beginning.look_up(row, by=by, now=now)


@enforces(Clause.P29)
def look_up(attempt: Attempt) -> Call | Skipped:
    """In that repository. What was published through another one stays with it."""
    row = row_of(attempt.step)
    claimed, before, repository = row.claimed_id, row.ghsa_id, row.project.repository
    if not claimed:
        return Skipped("Nobody names one.")

    def call(github: GitHub) -> Outcome:
        if before and before != claimed and _is_public(github, repository, before):
            raise Refused(PUBLIC.format(name=before))
        try:
            found = github.advisory(repository, claimed)
        except NotThere:
            raise Refused(
                f"There is no {claimed} in {repository}, or the portal may not see it: name another one, or none."
            ) from None
        if found.state in ENDED:
            raise Refused(ENDED_THERE.format(state=found.state.value))
        return Done(lambda: _keep(attempt, row, found))

    return call


def _is_public(github: GitHub, repository: str, ghsa_id: str) -> bool:
    try:
        return github.advisory(repository, ghsa_id).state in {AdvisoryState.PUBLISHED, AdvisoryState.WITHDRAWN}
    except NotThere:
        return False


def _keep(attempt: Attempt, row: RepositoryAdvisory, found: OnGitHub) -> None:
    """Nobody has been let into it yet, and its words are not ours."""
    _refuse_at_work(row)
    others = GitHubReport.objects.filter(ghsa_id=found.ghsa_id).exclude(report=row.report)
    if others.exists() or RepositoryAdvisory.objects.filter(ghsa_id=found.ghsa_id).exclude(pk=row.pk).exists():
        raise Refused(TAKEN.format(name=found.ghsa_id))
    row.ghsa_id, row.html_url, row.state = found.ghsa_id, found.html_url, found.state.value
    row.fork, row.checked_at, row.claimed_id, row.let_in, row.written_revision = (
        found.private_fork, attempt.now, "", None, None,
    )  # fmt: skip
    row.save(
        update_fields=[
            "ghsa_id", "html_url", "state", "fork", "checked_at", "claimed_id", "let_in", "written_revision",
        ]
    )  # fmt: skip
    history.append(
        row.report, EventKind.ADVISORY_FOUND, by=None, now=attempt.now, project=row.project_id, ghsa=found.ghsa_id
    )
    if found.state is AdvisoryState.PUBLISHED:
        on_github.note_published(attempt, row, found, people=(), by_hand=True)
    beginning.take_again(row, StepKind.DRAFT, StepKind.COLLABORATORS, StepKind.FORK, now=attempt.now)


def _locked(spot: Spot) -> RepositoryAdvisory:
    """The row, made if there is none, while nobody else names another one."""
    report = spot.advisory.report
    if report.is_closed:
        raise Refused("The report is closed: nothing is published through it any more.")
    made, _ = RepositoryAdvisory.objects.get_or_create(report=report, advisory=spot.advisory, project=spot.project)
    row = RepositoryAdvisory.objects.select_for_update(no_key=True, of=("self",)).get(pk=made.pk)
    row.report, row.advisory, row.project = report, spot.advisory, spot.project
    if row.state not in OPEN or row.published_at is not None:
        raise Refused(PUBLIC.format(name=row.ghsa_id))
    _refuse_at_work(row)
    return row


def _refuse_at_work(row: RepositoryAdvisory) -> None:
    """Whoever publishes it now does so under the name that it has."""
    steps = Step.objects.filter(
        report=row.report_id, kind=StepKind.PUBLISH, advisory=row.advisory_id, project=row.project_id
    )
    step = steps.select_for_update(no_key=True, of=("self",)).first()
    if step is not None and step.state == StepState.RUNNING:
        raise Refused(AT_WORK)

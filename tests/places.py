"""Every address of the portal, where it leads for the cast, and what it answers."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from disclosures.enums import ExceptionKind
from disclosures.models import PublicStatistics, PublishedAdvisory, PublishedFile, PublishedRevision, RuleException
from portal.openpgp import directory
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.lifecycle import PRIMARY
from reports.models import PublicFigures, Report
from teams.enums import Leaving, Outcome
from teams.models import (
    Absence,
    AccountEvent,
    Appeal,
    Departure,
    DutyWeek,
    Evidence,
    Maintainership,
    Project,
    SecurityTeamMembership,
    SyncRun,
    TermsAcceptance,
    User,
)
from tests.cast import Stage, Who
from tests.rehearsed import rehearsal_of

A_MONDAY = date(2026, 3, 2)
A_MONDAY_AT_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def walk(resolver: URLResolver, *, spaces: tuple[str, ...] = (), route: str = "") -> Iterator[tuple[str, str]]:
    """The name and the route of every address; the route alone where it has no name."""
    for pattern in resolver.url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern, spaces=inner, route=whole)
        else:
            assert isinstance(pattern, URLPattern)
            yield (":".join((*spaces, pattern.name)) if pattern.name else whole), whole


OUR_PLACES = dict(walk(get_resolver("portal.urls")))
PLACES = dict(walk(get_resolver("tests.demo_urls")))
FRESH_EACH_TIME = re.compile(r'(name="csrfmiddlewaretoken" value|name="submission" value|nonce)="[^"]*"')


def address(name: str, stage: Stage, *, reference: str = "", pk: int = 0) -> str:
    """Where `name` is, for the report on the stage unless told otherwise."""
    values = {
        "reference": reference or named_in(name, stage),
        "key": stage.receipt.key,
        "step": PRIMARY[State(stage.report.state)],
        "who": "member",
        "code": named_in(name, stage),
        "work": "patch",
        "owner": "wasmCloud",
        "name": "wash",
        "domain": "example.org",
        "proof": "of-nothing",
        "ghsa_id": "GHSA-2222-2222-2222",
        "tag": "v1.0.0",
        "identifier": (stage.advisory if name.startswith("report-") else stage.published).identifier,
        "what": "enter",
        "cve_id": stage.published.cve_ids[0],
        "number": stage.published.revision,
        "year": settings.POLICY.calendar.day_of(stage.published.published_at).year,
        "advisory": stage.advisory.identifier,
        "pk": pk or _number_of_the_team(name, stage) or _number_of_credit(name, stage) or _number_in(name, stage),
        "object_id": _row_of(name, stage),
        "content_type_id": 1,
        "app_label": "reports",
        "user": stage.people[Who.PATCH_TEAM].pk,
    }
    route = PLACES[name]
    if name == "csaf":
        values["name"] = "index.txt"
    if name.startswith("key-directory"):
        ours = settings.POLICY.organisation.security_address
        values |= {"name": directory.name_of(ours), "domain": directory.domain_of(ours)}
    if name == route:  # the administration's catch-all, and its older addresses of rows
        return f"/{route.replace('<path:object_id>', str(values['object_id'])).replace('(?P<url>.*)$', 'nowhere')}"
    needed = re.findall(r"<(?:\w+:)?(\w+)>", route)
    return reverse(name, kwargs={parameter: values[parameter] for parameter in needed})


def named_in(name: str, stage: Stage) -> str:
    """What the address names that is a secret of some: a report, a rehearsal, a mail or an invitation."""
    if name in OF_A_REHEARSAL:
        return rehearsal_of(stage, now=timezone.now()).reference
    if name in OF_A_MAIL:
        return stage.mail.code
    return stage.asked.code if name == "asked" else stage.report.reference


OF_A_REHEARSAL = frozenset(
    {"report-rehearsal", "report-rehearse-release", "report-rehearse-id", "report-end-rehearsal"}
)
OF_A_MAIL = frozenset({"quarantined-mail", "mail-html", "mail-source", "mail-opened"})
OF_CREDIT: Mapping[str, str] = MappingProxyType(
    {
        "my-credit-answer": "developer",
        "track-credit-finder": "finder",
        "track-finder-link": "finder",
        "report-credit-ask-one": "reporter",
        "report-credit-enter": "reporter",
        "report-credit-link": "reporter",
        "report-credit-place": "place",
        "report-credit-place-again": "place",
    }
)


def _number_of_credit(name: str, stage: Stage) -> int:
    row: Model | None = getattr(stage.thanks, OF_CREDIT[name]) if name in OF_CREDIT else None
    return int(row.pk) if row else 0


def _number_in(name: str, stage: Stage) -> int:
    """Which row the address ends in: one that is there, and belongs to the report on the stage."""
    with acting_as(SYSTEM):
        if name in OF_A_REPORT:
            return OF_A_REPORT[name](stage)
    return stage.view.pk if name.endswith("-view") else stage.file.pk


def _exception(stage: Stage) -> int:
    row, _ = RuleException.objects.get_or_create(
        report=stage.report,
        kind=ExceptionKind.ANOTHER_DAY,
        dropped_at=None,
        defaults={"reason": "It was late.", "proposed_by": stage.people[Who.MEMBER]},
    )
    return row.pk


OF_A_REPORT: Mapping[str, Callable[[Stage], int]] = MappingProxyType(
    {
        "report-revoke": lambda stage: stage.report.grants.get(user=stage.people[Who.PATCH_TEAM]).pk,
        "report-plan": lambda stage: stage.report.affected_projects.get().project_id,
        "report-tick": lambda stage: stage.report.affected_projects.get().project_id,
        "report-rehearse-release": lambda stage: stage.report.affected_projects.get().project_id,
        "report-withdraw-invitation": lambda stage: stage.asked.pk,
        "report-end-links": lambda stage: stage.receipt.reporter.pk,
        "report-lift-recusal": lambda stage: stage.report.recusals.get().pk,
        "report-judge-release": lambda stage: stage.report.releases.get().pk,
        "report-adopt": lambda stage: stage.report.affected_projects.get().project_id,
        "report-adopt-none": lambda stage: stage.report.affected_projects.get().project_id,
        "report-advisory-settle": lambda stage: stage.remark.pk,
        "report-try-step": lambda stage: stage.report.steps.get().pk,
        "report-agree-exception": _exception,
        "report-drop-exception": _exception,
        "report-agree-withdrawal": lambda stage: stage.advisory.withdrawals.get().pk,
        "report-drop-withdrawal": lambda stage: stage.advisory.withdrawals.get().pk,
        "report-waive-withdrawal": lambda stage: stage.advisory.withdrawals.get().pk,
        "report-say-withdrawn": lambda stage: stage.advisory.repository_advisories.get().pk,
        "report-cve-act": lambda stage: stage.advisory.pk,
        "report-cve-spread": lambda stage: stage.advisory.pk,
        "report-cve-rejection-again": lambda stage: stage.advisory.pk,
        "report-cve-rejection-done": lambda stage: stage.advisory.pk,
    }
)
"""The row that an address of a report names."""


def _number_of_the_team(name: str, stage: Stage) -> int:
    """The same for what is about people and projects; nothing if it is not."""
    match name:
        case "confirm-maintainer" | "withdraw-confirmation":
            return stage.people[Who.PATCH_TEAM].maintainerships.get().project_id
        case "answer-appeal":
            return OF_THE_TEAM[Appeal](stage.people[Who.MEMBER])
        case "decide-sync":
            return OF_THE_TEAM[SyncRun](stage.people[Who.MEMBER])
        case "end-absence":
            return OF_THE_TEAM[Absence](stage.people[Who.MEMBER])
    return 0


def _departure(member: User) -> Departure:
    membership = member.security_team_memberships.get()
    return Departure.objects.get_or_create(membership=membership, defaults={"why": Leaving.STEPPED_DOWN})[0]


OF_A_PERSON = (Maintainership, AccountEvent, Evidence, TermsAcceptance)
"""What everybody of the cast has."""
OF_THE_TEAM: Mapping[type[Model], Callable[[User], int]] = MappingProxyType(
    {
        SecurityTeamMembership: lambda member: member.security_team_memberships.get().pk,
        DutyWeek: lambda member: DutyWeek.objects.get_or_create(monday=A_MONDAY, user=member)[0].pk,
        Absence: lambda member: Absence.objects.get_or_create(user=member, first_day=A_MONDAY, last_day=A_MONDAY)[0].pk,
        SyncRun: lambda _: SyncRun.objects.get_or_create(outcome=Outcome.HELD)[0].pk,
        Departure: lambda member: _departure(member).pk,
        Appeal: lambda member: Appeal.objects.get_or_create(departure=_departure(member), text="Look again.")[0].pk,
    }
)
"""How a row comes about that is about the team."""
UPDATES = ("updates", "updated_in_time")


def _only(model: type[Model], *counts: str) -> int:
    """The one row of a table of figures."""
    rows = model._default_manager  # noqa: SLF001 - Django's way to any model
    defaults = {"until": A_MONDAY_AT_NOON, **dict.fromkeys(counts, 0)}
    return int(rows.get_or_create(pk=1, defaults=defaults)[0].pk)


ON_STAGE: Mapping[type[Model], Callable[[Stage], int]] = MappingProxyType(
    {
        Report: lambda stage: stage.report.pk,
        PublishedAdvisory: lambda stage: stage.published.pk,
        PublishedRevision: lambda stage: stage.published.revisions.get().pk,
        PublishedFile: lambda stage: stage.published.files.all()[0].pk,
        PublicFigures: lambda _: _only(PublicFigures, "acknowledgements", "acknowledged_in_time", *UPDATES),
        PublicStatistics: lambda _: _only(PublicStatistics, "published", "known", "within_month", "within_quarter"),
    }
)
"""Which row is the one that the stage shows: the report, and what everybody was told."""


def _row_of(name: str, stage: Stage) -> int:
    """Which row the administration is asked for: one of the report on the stage, or of the patch-team member."""
    patcher = stage.people[Who.PATCH_TEAM]
    found = re.search(r"(teams|reports|disclosures)[_/](\w+?)(?:_\w+|/.*)?$", name)
    if found is None:
        return 0
    match apps.get_model(found[1], found[2]):
        case model if model is User:
            return patcher.pk
        case model if model is Project:
            return patcher.maintainerships.get().project_id
        case model if model in OF_THE_TEAM:
            return OF_THE_TEAM[model](stage.people[Who.MEMBER])
        case model if model in ON_STAGE:
            return ON_STAGE[model](stage)
        case model:
            mine = {"user": patcher} if model in OF_A_PERSON else {"report": stage.report}
            with acting_as(SYSTEM):
                return int(model._default_manager.filter(**mine)[0].pk)  # noqa: SLF001 - Django's way to any model


def asked(browser: Client, method: str, where: str, **headers: str) -> HttpResponseBase:
    """The answer; afterwards all is as it was."""
    with undone(browser):
        answer = browser.generic(method, where, headers=headers)
        answer.getvalue()
    return answer


@contextmanager
def undone(browser: Client) -> Iterator[None]:
    """What is asked for within leaves neither a row nor a cookie."""
    before = {name: morsel.value for name, morsel in browser.cookies.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.load(before)


class Whole(NamedTuple):
    """What a stranger can tell answers apart by: each byte that is not new every time."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    content: str


def whole(answer: HttpResponseBase, *, reference: str) -> Whole:
    same = re.compile(re.escape(reference), re.IGNORECASE)
    headers = {name: same.sub("REFERENCE", value) for name, value in answer.headers.items() if name != "Expires"}
    content = FRESH_EACH_TIME.sub("", answer.getvalue().decode("latin-1"))
    return Whole(answer.status_code, headers, sorted(answer.cookies), same.sub("REFERENCE", content))

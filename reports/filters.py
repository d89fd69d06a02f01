"""What a person wants to see of the queue, as it stands in the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Self
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery

from reports import search
from reports.enums import Severity, State
from reports.keyset import Sort
from reports.models import AffectedProject, Report
from reports.models.report import REFERENCE_ALPHABET, ReportQuerySet
from reports.rows import in_groups
from teams.models import User

OPEN, ANY = "open", "any"
NOT_ASSESSED = "unassessed"
CODE_LENGTH = 8
SHORTEST_PART = 2
LOOK_ALIKES = str.maketrans("OIL", "011")


class Coordination(models.TextChoices):
    """Next to people by their GitHub login, which has no @ before it."""

    ME = "@me", "me"
    NOBODY = "@nobody", "nobody"


STATES = [(OPEN, "open"), *State.choices, (ANY, "open and closed")]
SEVERITIES = [*reversed(Severity.choices), (NOT_ASSESSED, "not assessed")]
"""The worst first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Empty fields do not narrow. Every value was checked by the form that made it."""

    q: str = ""
    state: str = OPEN
    coordinator: str = ""
    project: str = ""
    severity: str = ""
    reason: str = ""
    waiting: bool = False
    overdue: bool = False
    grouped: bool = False
    group: str = ""
    sort: str = Sort.DEADLINE

    @classmethod
    def of(cls, values: Mapping[str, str | bool]) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known and value})  # type: ignore[arg-type] # the form's fields have these types

    @property
    def query(self) -> str:
        """The address's query string, with nothing in it that is so anyway."""
        usual = Filters()
        said = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if getattr(self, field.name) != getattr(usual, field.name)
        }
        return urlencode({name: "1" if value is True else value for name, value in said.items()}, safe="@")

    @property
    def are_usual(self) -> bool:
        return replace(self, sort=Sort.DEADLINE) == Filters()

    @property
    def has_rare(self) -> bool:
        """Whether one of the filters that are folded away is in use."""
        return bool(self.project or self.severity or self.reason or self.waiting or self.overdue or self.grouped)

    @property
    def has_typed(self) -> bool:
        """Whether any of it is no choice of ours."""
        return bool(self.q or self.group)

    def narrow(self, reports: ReportQuerySet, *, user_id: int, now: datetime) -> ReportQuerySet:
        """Those of `reports`, which the viewer may read, that are asked for."""
        return searched(self.choose(reports, user_id=user_id, now=now), query=self.q)

    def choose(self, reports: ReportQuerySet, *, user_id: int, now: datetime) -> ReportQuerySet:
        """`narrow` without the words of a search."""
        wanted = self._by_state() & self._by_coordinator(user_id) & self._by_facts()
        if self.waiting:
            wanted &= Q(waiting_since__isnull=False)
        if self.overdue:
            reports = reports.due_by(now)
        return reports.in_queue().filter(wanted)

    def _by_state(self) -> Q:
        if self.reason:
            return Q(state=State.CLOSED, decline_reason=self.reason)
        if self.state == OPEN:
            return ~Q(state=State.CLOSED)
        return Q() if self.state == ANY else Q(state=self.state)

    def _by_coordinator(self, user_id: int) -> Q:
        match self.coordinator:
            case "":
                return Q()
            case Coordination.ME:
                return Q(coordinator=user_id)
            case Coordination.NOBODY:
                return Q(coordinator=None)
            case login:
                return Q(coordinator=Subquery(User.objects.filter(github_login=login).order_by("pk").values("pk")[:1]))

    def _by_facts(self) -> Q:
        wanted = Q()
        if self.project:
            affected = AffectedProject.objects.filter(project__name=self.project)
            wanted &= Q(pk__in=affected.values("report_id"))
        if self.severity:
            wanted &= Q(severity="" if self.severity == NOT_ASSESSED else self.severity)
        if self.grouped:
            wanted &= Q(pk__in=in_groups().values("report_id"))
        if self.group:
            wanted &= Q(pk__in=in_groups().filter(group=self.group).values("report_id"))
        return wanted


def searched(reports: ReportQuerySet, *, query: str) -> ReportQuerySet:
    """Those that carry every word of `query`, and those whose reference begins with it."""
    if not (span := _references_from(query)):
        return search.matching(reports, query=query)
    by_reference = Report.objects.filter(reference__range=span).values("pk")
    words = search.words_of(query)
    if len(words) != 1:
        return reports.filter(pk__in=by_reference)
    return reports.filter(pk__in=by_reference.union(search.carrying(words[0])))


def whole_reference(query: str) -> str:
    """The reference that `query` is, written as we write it; empty if it is none."""
    code = _code(query)
    return _written(code) if len(code) == CODE_LENGTH else ""


def _references_from(query: str) -> tuple[str, str] | None:
    """The first and the last reference that begin with `query`."""
    code = _code(query)
    if len(code) < SHORTEST_PART:
        return None
    return _written(code.ljust(CODE_LENGTH, REFERENCE_ALPHABET[0])), _written(
        code.ljust(CODE_LENGTH, REFERENCE_ALPHABET[-1])
    )


def _code(query: str) -> str:
    """What stands behind the prefix, if this may begin a reference. Without the prefix it needs a digit."""
    prefix = settings.POLICY.organisation.reference_prefix
    text = query.strip().upper()
    has_prefix = text.startswith(prefix) and not text[len(prefix) :][:1].isalnum()
    code = text[len(prefix) :] if has_prefix else text
    code = re.sub(r"[\s-]", "", code).translate(LOOK_ALIKES)
    likely = has_prefix or any(letter.isdigit() for letter in text)
    return code if likely and len(code) <= CODE_LENGTH and set(code) <= set(REFERENCE_ALPHABET) else ""


def _written(code: str) -> str:
    return f"{settings.POLICY.organisation.reference_prefix}-{code[:4]}-{code[4:]}"

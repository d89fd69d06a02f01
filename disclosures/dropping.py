"""Giving up the draft of an advisory that was begun by mistake."""

from datetime import datetime

from django.db import transaction

from disclosures import approving
from disclosures.enums import AdvisoryState, CveState, RepositoryAdvisoryState, StepState
from disclosures.models import Advisory, CveRequest, RepositoryAdvisory, Step
from reports import history
from reports.access import Permission
from reports.enums import EventKind
from reports.guards import Refused, demand
from teams.models import User

LEFT_ALONE = (RepositoryAdvisoryState.ABSENT, RepositoryAdvisoryState.CLOSED, RepositoryAdvisoryState.WITHDRAWN)
"""Of these nothing stands on GitHub that somebody could publish."""
UNASKED = (CveState.NEEDED, CveState.NOT_NEEDED, CveState.REJECTED)


def drop(advisory: Advisory, *, by: User, now: datetime) -> None:
    """It holds nothing up any more, and is in no list. What was written stays with the record. Dropped twice, it is
    dropped once.
    """
    report = advisory.report
    demand(by, Permission.ADVISE, report)
    with transaction.atomic():
        approving.hold(advisory)
        if advisory.state != AdvisoryState.DRAFT:
            raise Refused("It is published: it can be withdrawn, not dropped.")
        if RepositoryAdvisory.objects.filter(advisory=advisory).exclude(state__in=LEFT_ALONE).exists():
            raise Refused("Its draft stands on GitHub, where somebody could publish it: close it there first.")
        if CveRequest.objects.filter(advisory=advisory).exclude(state__in=UNASKED).exists():
            raise Refused("A CVE ID was asked for, or is there: reject it first.")
        if Advisory.objects.filter(pk=advisory.pk).update(dropped_at=now):
            advisory.products.all().delete()
            steps = Step.objects.filter(report=report, advisory=advisory)
            steps.exclude(state=StepState.DONE).update(state=StepState.SKIPPED, done_at=now)
            history.append(report, EventKind.ADVISORY_DROPPED, by=by, now=now, advisory=advisory.pk)

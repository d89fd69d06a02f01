"""A name that has to go leaves our own pages by itself, within minutes and without anybody's leave (P17)."""

from datetime import datetime
from typing import Final

from disclosures import credit_places, publishing
from disclosures.enums import AdvisoryState
from disclosures.models import Advisory
from portal.policy import Clause, enforces
from reports.models import Report

WHY: Final = "Who is thanked has changed."


@enforces(Clause.P17)
def sweep(*, now: datetime) -> None:
    """Safe to run twice: what is written again waits no longer."""
    for report in credit_places.waiting(credit_places.OUR_PAGES):
        write_again(report, now=now)


def write_again(report: Report, *, now: datetime) -> None:
    """Page, OSV, CSAF, CVE export and acknowledgements: one public revision changes all of them."""
    for advisory in Advisory.objects.filter(report=report).exclude(state=AdvisoryState.DRAFT).order_by("pk"):
        publishing.publish_again(advisory, changed=WHY, now=now)

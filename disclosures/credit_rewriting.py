"""A name that has to go leaves our own pages by itself, within minutes and without anybody's leave (P17).

One that its owner agreed to when they were public already gets there as soon (P18).
"""

from datetime import datetime
from typing import Final

from disclosures import credit_missing, credit_places, publishing
from disclosures.enums import AdvisoryState
from disclosures.models import Advisory
from portal.policy import Clause, enforces
from reports.models import Report

WHY: Final = "Who is thanked has changed."


@enforces(Clause.P17, Clause.P18)
def sweep(*, now: datetime) -> None:
    """Safe to run twice: what is written again waits no longer."""
    for report in credit_places.waiting(credit_places.OUR_PAGES) | credit_missing.on_our_pages():
        write_again(report, now=now)


def write_again(report: Report, *, now: datetime) -> None:
    """Page, OSV, CSAF, CVE export and acknowledgements: one public revision changes all of them."""
    for advisory in Advisory.objects.filter(report=report).exclude(state=AdvisoryState.DRAFT).order_by("pk"):
        publishing.publish_again(advisory, changed=WHY, now=now)

"""By which words people who may be thanked are known. None of them stands in a case file without identities (AZ-06)."""

from collections.abc import Iterator

from disclosures.models import Credit
from reports.case_file import identity
from reports.models import Report


def names_for_credit(report: Report) -> Iterator[str]:
    """Of everybody on the reporter's side, finders whom they named included."""
    for credit in Credit.objects.filter(report=report, user=None):
        credit.report = report
        yield from (credit.known_as, credit.asked_text, credit.name, credit.handle, credit.organisation, credit.text)


identity.also(names_for_credit)

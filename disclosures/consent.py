"""The only way by which names leave: what people agreed to have printed, as it stands at this moment (P17)."""

from django.db.models import Q

from disclosures.enums import CreditAnswerKind
from disclosures.models import Credit
from disclosures.snapshot import Credit as Printed
from disclosures.snapshot import CreditType
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.models import Report


@enforces(Clause.P17, Clause.P18)
def consented(report: Report) -> tuple[Printed, ...]:
    """Of everybody on this report and on its duplicates: their reporters know nothing of it, and are thanked too.

    The system looks: who publishes may be walled off from a duplicate, and its reporter is owed the credit.
    """
    with acting_as(SYSTEM):
        rows = list(
            Credit.objects.filter(
                Q(report=report) | Q(report__duplicate_of=report), answer=CreditAnswerKind.NAMED
            ).select_related("report")
        )
        return tuple(
            Printed(
                text=row.text,
                name=row.name,
                handle=row.handle,
                organisation=row.organisation,
                type=CreditType(row.kind),
            )
            for row in rows
            if row.text
        )

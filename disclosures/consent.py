"""The only way by which names leave: what people agreed to have printed, as it stands at this moment (P17)."""

from django.db.models import Q, QuerySet

from disclosures.enums import CreditAnswerKind
from disclosures.models import Credit
from disclosures.snapshot import Credit as Printed
from disclosures.snapshot import CreditType
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.models import Report


def family_of(report: Report) -> QuerySet[Report]:
    """The report and its duplicates, as far as anything is left of them. Evaluate it as who may know of all."""
    return Report.objects.filter(Q(pk=report.pk) | Q(duplicate_of=report.pk), erased_at=None)


@enforces(Clause.P17, Clause.P18)
def consented(report: Report) -> tuple[Printed, ...]:
    """Of everybody on this report and on its duplicates: their reporters know nothing of it, and are thanked too.

    The system looks: who publishes may be walled off from a duplicate, and its reporter is owed the credit.
    """
    with acting_as(SYSTEM):
        rows = Credit.objects.filter(report__in=family_of(report), answer=CreditAnswerKind.NAMED)
        people = [_as_printed(row) for row in rows.select_related("report").order_by("pk") if row.text]
    order = list(CreditType)
    return tuple(sorted(people, key=lambda person: order.index(person.type)))


def _as_printed(credit: Credit) -> Printed:
    """Who gave no name but a handle is called by it. A handle that nobody has on GitHub leads nowhere."""
    return Printed(
        text=credit.text,
        name=credit.name or credit.text,
        handle="" if credit.handle_unknown_at else credit.handle,
        organisation=credit.organisation,
        type=CreditType(credit.kind),
    )

"""Reports on which people can be asked how they want to be named, and what they say to it."""

from datetime import UTC, datetime, timedelta

from disclosures import credit_answers, credit_clock
from disclosures import credits as crediting
from disclosures.consent import consented
from disclosures.credit_answers import Said
from disclosures.credit_text import naming
from disclosures.enums import CreditAnswerKind
from disclosures.models import Credit
from portal.viewer import SYSTEM, acting_as
from reports.enums import DeclineReason, Role, State
from reports.intake import Receipt
from reports.models import Grant, Report
from teams.models import User
from tests import factories

MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""No holiday is near."""


def confirmed(now: datetime = MONDAY, **fields: object) -> Receipt:
    """A report whose vulnerability is confirmed."""
    receipt = factories.receipt(now, **fields)  # type: ignore[arg-type] # each test names real fields
    set_state(receipt.report, State.IDENTIFIED)
    return receipt


def set_state(report: Report, state: State) -> None:
    """Put there directly: how it comes there is told elsewhere."""
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=state)
        report.refresh_from_db()


def duplicate_of(report: Report, *, now: datetime = MONDAY, **fields: object) -> Receipt:
    about = {"name": "Dora Duplicate", "email": "dora@example.net", **fields}
    receipt = factories.receipt(now, **about)  # type: ignore[arg-type] # as above
    with acting_as(SYSTEM):
        Report.objects.filter(pk=receipt.report.pk).update(
            state=State.CLOSED, closed_at=now, decline_reason=DeclineReason.DUPLICATE, duplicate_of=report
        )
        receipt.report.refresh_from_db()
    return receipt


def developer(report: Report, *, role: Role = Role.DEVELOPER, **fields: object) -> User:
    """A maintainer on the patch team."""
    user = factories.maintainer(**fields)  # type: ignore[arg-type] # no field is called project
    with acting_as(SYSTEM):
        Grant.objects.create(report=report, user=user, role=role, reason="Fixes it.")
    return user


def ask(report: Report, *, by: User, now: datetime = MONDAY) -> int:
    with acting_as(factories.looking(by)):
        return crediting.ask(report, by=by, now=now)


def credit_of(receipt: Receipt) -> Credit:
    with acting_as(SYSTEM):
        return Credit.objects.select_related("report", "reporter").get(reporter=receipt.reporter)


def named(name: str = "Robin Reporter", *, handle: str = "", organisation: str = "") -> Said:
    return Said(kind=CreditAnswerKind.NAMED, naming=naming(name=name, handle=handle, organisation=organisation))


def says(receipt: Receipt, said: Said, *, now: datetime = MONDAY + timedelta(hours=1)) -> None:
    """On their page, having seen the words."""
    with acting_as(receipt.reporter.viewer):
        credit_answers.answer(credit_of(receipt), said, agreed=said.text, by=receipt.reporter, now=now)


def printed(report: Report) -> list[str]:
    """Every name that would get out now."""
    with acting_as(SYSTEM):
        return [person.text for person in consented(report)]


def swept(now: datetime) -> None:
    """What the portal does by itself at that moment."""
    with acting_as(SYSTEM):
        credit_clock.sweep(now=now)

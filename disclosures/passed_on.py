"""What becomes of credit, and of the way into the open, once somebody says who really found it (P17, P18).

What was asked goes to the finder. What somebody else answered stays theirs, who is no reporter any more: it binds the
finder to nothing, and they do not see it.
"""

from datetime import datetime

from django.db.models import Q

from disclosures import credit_places, publicity
from disclosures import credits as crediting
from disclosures.enums import CreditAnswerKind, CreditKind
from disclosures.models import Credit
from portal.policy import Clause, enforces
from reports import history
from reports.correspondence import forwarded
from reports.enums import EventKind
from reports.models import Reporter


@enforces(Clause.P17, Clause.P18)
def hand_on(finder: Reporter, *, now: datetime) -> None:
    """Whom the one before named as finders, and who have not answered, are for the finder to ask."""
    publicity.drop(finder.report)
    was_asked = Credit.objects.filter(reporter=finder, asked_at__isnull=False).exists()
    answered = Credit.objects.filter(Q(reporter=finder) | Q(named_by=finder)).exclude(answer="", answers=None)
    for credit in answered.distinct():
        credit.report = finder.report
        _set_apart(credit, was_theirs=credit.reporter_id is not None, now=now)
    links = Credit.objects.filter(named_by=finder, came_themselves_at=None)
    links.update(door_hash=None)  # whoever passed it on may hold them still; the finder can have others made
    open_one = Credit.objects.filter(reporter=finder).first()
    if open_one is not None:
        _hand_over(open_one, finder, was_asked=was_asked, now=now)
    elif was_asked and finder.report.state in crediting.ASKED_FROM:
        created = Credit(report=finder.report, kind=CreditKind.REPORTER, reporter=finder)
        _hand_over(created, finder, was_asked=True, now=now)


def _set_apart(credit: Credit, *, was_theirs: bool, now: datetime) -> None:
    """It belongs to nobody who comes by a link. Nobody is printed as the reporter who was none."""
    credit.reporter = credit.named_by = None
    withdrawn = was_theirs and credit.is_consented
    if withdrawn:
        credit.answer, credit.answered_at, credit.text = CreditAnswerKind.WITHDRAWN, now, ""
    credit.save(update_fields=["reporter", "named_by", "answer", "answered_at", "text"])
    if withdrawn:
        history.append(credit.report, EventKind.CREDIT_WITHDRAWN, by=None, now=now, credit=credit.pk)
        credit_places.after_change(credit, now=now)


def _hand_over(credit: Credit, finder: Reporter, *, was_asked: bool, now: datetime) -> None:
    credit.report, credit.reporter, credit.known_as = finder.report, finder, finder.name
    credit.save()
    if was_asked:
        crediting.ask_anew(credit, now=now)


forwarded.also(hand_on)

"""Whoever is forgotten on a report is forgotten in what it thanks them for, too (PRV-02, PRV-03).

What was printed with their consent is public and stays so when time alone makes the portal forget; whoever asks to be
forgotten has taken the consent back.
"""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from disclosures import credit_places
from disclosures.enums import CreditAnswerKind, PlaceState
from disclosures.models import Credit, CreditAnswer, CreditPlace
from reports import forgetting, history
from reports.enums import EventKind
from reports.models import Report

FORGOTTEN: Final = ("known_as", "asked_text", "name", "handle", "organisation", "text")


def forget_people(report: Report, *, now: datetime, even_in_print: bool) -> None:
    """Destroy what the report's credit says of everybody on the reporter's side, finders whom they named included.

    Unless `even_in_print`, what stands in print with a consent stays as it is, with the proof of it.
    """
    people = Credit.objects.filter(report=report, user=None).select_related("report")
    for credit in _to_forget(people, even_in_print=even_in_print):
        credit.report = report
        was_named = credit.is_consented
        if not credit.answer or was_named:
            credit.answer = CreditAnswerKind.WITHDRAWN if was_named else CreditAnswerKind.NOT_AT_ALL
            credit.answered_at = now
            credit.save(update_fields=["answer", "answered_at"])
        if was_named:  # while the name can still be looked for
            history.append(report, EventKind.CREDIT_WITHDRAWN, by=None, now=now, credit=credit.pk)
            credit_places.after_change(credit, now=now)
        for name in FORGOTTEN:
            setattr(credit, name, "")
        credit.door_hash = None
        credit.save(update_fields=[*FORGOTTEN, "door_hash"])
        _empty_proofs(credit, now=now)


def _to_forget(people: QuerySet[Credit], *, even_in_print: bool) -> QuerySet[Credit]:
    if even_in_print:
        return people
    printed = CreditPlace.objects.filter(state=PlaceState.STANDS).values("credit_id")
    return people.exclude(answer=CreditAnswerKind.NAMED, pk__in=printed)


def _empty_proofs(credit: Credit, *, now: datetime) -> None:
    """That there was an answer, which and when, stays: the words go. The database lets nothing else of it change."""
    for proof in CreditAnswer.objects.filter(credit=credit, forgotten_at=None):
        proof.report = credit.report
        proof.text = proof.note = ""
        proof.forgotten_at = now
        proof.save(update_fields=["text", "note", "forgotten_at"])


forgetting.also(forget_people)

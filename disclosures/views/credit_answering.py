"""One conversation on several pages: what would be printed is shown, and kept once it comes back as shown (P17)."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from disclosures import credit_answers
from disclosures.credit_answers import OtherWords, Person, Said
from disclosures.credit_forms import AnswerForm
from disclosures.models import Credit
from portal.policy import Clause, enforces
from reports.guards import Refused

KEPT = "We keep to that. You can change it here at any time."
GONE = "Your name is printed nowhere from now on. Where it stands already, we take it out as far as we can reach."


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where an answer is given, and what else the page shows."""

    template: str
    back: str
    context: dict[str, object]
    thanks: str = KEPT


type Keep = Callable[[Said, str], None]
"""Keeps an answer, given the words that were shown last."""


@enforces(Clause.P17)
def answer(request: HttpRequest, credit: Credit, *, by: Person, form: AnswerForm, page: Page) -> HttpResponse:
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdraw(request, credit, by=by, page=page)

    def keep(said: Said, agreed: str) -> None:
        credit_answers.answer(credit, said, agreed=agreed, by=by, now=timezone.now())

    return hear(request, credit, form=form, page=page, keep=keep)


def hear(request: HttpRequest, credit: Credit, *, form: AnswerForm, page: Page, keep: Keep) -> HttpResponse:
    if not form.is_bound or "preview" in request.POST:
        form.only_look()
        return show(request, credit, form=form, page=page)
    if form.is_valid():
        try:
            keep(form.said(), request.POST.get("agreed", ""))
        except OtherWords:
            return show(request, credit, form=form, page=page, is_new=True)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, page.thanks)
            return redirect(page.back)
    return show(request, credit, form=form, page=page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _withdraw(request: HttpRequest, credit: Credit, *, by: Person, page: Page) -> HttpResponse:
    try:
        credit_answers.withdraw(credit, by=by, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, GONE)
    return redirect(page.back)


def show(
    request: HttpRequest,
    credit: Credit,
    *,
    form: AnswerForm,
    page: Page,
    is_new: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """`is_new`: the words are others than they saw before, and nothing was kept yet."""
    context = {"credit": credit, "form": form, "is_new": is_new, "back": page.back, **page.context}
    return render(request, page.template, context, status=status)

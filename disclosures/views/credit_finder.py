"""A finder answers for themselves, by the link that whoever named them has passed on. No account, and no report."""

from http import HTTPStatus
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from disclosures import credit_doors
from disclosures.credit_answers import Finder
from disclosures.credit_forms import AnswerForm
from disclosures.views.credit_answering import Page, answer
from portal.limited import limited_by
from portal.policy import Clause, enforces
from portal.rate_limits import Scope

KEPT: Final = "We keep to that. Your link stays good: you can change it here at any time."


def looking(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"}


@login_not_required
@limited_by(Scope.KEY_EXCHANGE, counts=looking)
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("key")
@enforces(Clause.P17, Clause.P18)
def page(request: HttpRequest, key: str) -> HttpResponse:
    credit = credit_doors.entered(key)
    if credit is None:
        return render(request, "reports/track/closed.html", status=HTTPStatus.NOT_FOUND)
    form = AnswerForm(credit=credit, data=request.POST if request.method == "POST" else None)
    shown = Page(template="disclosures/credit/finder.html", back=request.path, context={}, thanks=KEPT)
    return answer(request, credit, by=Finder(credit.pk), form=form, page=shown)

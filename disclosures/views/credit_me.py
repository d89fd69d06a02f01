"""People with an account: what they worked on, and whether it may be said."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from disclosures import credit_answers
from disclosures.credit_forms import AnswerForm
from disclosures.views.credit_answering import Page, answer
from portal.policy import Clause, enforces
from reports.models import Report
from teams.sign_in import signed_in


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    asked = credit_answers.of_person(signed_in(request))
    readable = set(Report.objects.filter(pk__in=[each.report_id for each in asked]).values_list("pk", flat=True))
    rows = [(each, each.report if each.report_id in readable else None) for each in asked]
    return render(request, "disclosures/credit/me.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@enforces(Clause.P17)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Also when the report is not theirs to see any more: the name is."""
    user = signed_in(request)
    credit = next((each for each in credit_answers.of_person(user) if each.pk == pk), None)
    if credit is None:
        raise Http404
    report = Report.objects.filter(pk=credit.report_id).first()
    form = AnswerForm(credit=credit, data=request.POST if request.method == "POST" else None)
    shown = Page(template="disclosures/credit/me_answer.html", back=reverse("my-credit"), context={"report": report})
    return answer(request, credit, by=user, form=form, page=shown)

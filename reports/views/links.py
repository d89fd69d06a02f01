"""Reports that belong together."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import access, links
from reports.access import Permission
from reports.forms.links import LinkForm
from reports.guards import Refused
from reports.views import desk
from teams.sign_in import signed_in

NOT_YOURS = "Your role on this report does not include linking it with others."


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """GET lists them; POST links another one, or takes a link away (`away`)."""
    report, user = desk.find(reference), signed_in(request)
    if not access.may(user, Permission.COORDINATE, report):
        messages.error(request, NOT_YOURS)
        return redirect(report)
    form = LinkForm(data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        verb = links.unlink if "away" in request.POST else links.link
        try:
            verb(report, other=form.cleaned_data["reference"], by=user, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("report-links", report.reference)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"report": report, "form": form, "linked": links.linked_with(report)}
    return render(request, "reports/desk/links.html", context, status=status)

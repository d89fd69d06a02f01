"""Breaking the glass. For everybody else this address does not exist."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reports import emergency
from reports.guards import Refused
from reports.sharing_forms import BreakGlassForm
from teams.confirmation import confirmed
from teams.sign_in import signed_in


@confirmed
@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    by = signed_in(request)
    if not by.may_break_glass:
        raise Http404
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            report = emergency.break_glass(said["reference"], reason=said["reason"], by=by, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.warning(request, "You see this report for one hour. The team has been told, with your reason.")
            return redirect(report)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "reports/desk/break_glass.html", {"form": form}, status=status)

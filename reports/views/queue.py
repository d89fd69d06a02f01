"""The queue: which report is that?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.limited import limited_by, searching
from portal.rate_limits import Scope
from reports.access import Permission
from reports.filter_form import filter_form
from reports.filters import whole_reference
from reports.listing import listing
from reports.models import Report
from teams import record
from teams.enums import AccountEventKind
from teams.sign_in import signed_in


@limited_by(Scope.SEARCH, counts=searching)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    user, form, now = signed_in(request), filter_form(request.GET), timezone.now()
    if form.filters.q:
        record.append_once(user, AccountEventKind.SEARCHED, now=now)
    reference = whole_reference(form.filters.q)
    if reference and (report := Report.objects.named(reference).first()):
        return redirect(report)
    shown = listing(form.filters, cursor=request.GET.get("cursor", ""), user=user, now=now)
    context = {"form": form, "listing": shown, "may_move": user.has_perm(Permission.MOVE)}
    return render(request, "reports/queue/queue.html", context)

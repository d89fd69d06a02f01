"""A person's own ways of looking at the queue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reports import saved_views
from reports.filter_form import filter_form
from reports.guards import Refused
from reports.models import SavedView
from teams.sign_in import signed_in


@require_safe
def views(request: HttpRequest) -> HttpResponse:
    own = SavedView.objects.filter(user=signed_in(request))
    return render(request, "reports/queue/views.html", {"views": own, "most": saved_views.MOST})


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    query = filter_form(QueryDict(request.POST.get("query", "").encode("utf-8", "replace"))).filters.query
    try:
        view = saved_views.save(signed_in(request), name=request.POST.get("name", ""), query=query)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Saved as “{view.name}”.")
    return HttpResponseRedirect(f"{reverse('queue')}?{query}" if query else reverse("queue"))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=signed_in(request))
    try:
        saved_views.rename(view, name=request.POST.get("name", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The view has its new name.")
    return redirect("saved-views")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=signed_in(request))
    view.delete()
    messages.success(request, f"“{view.name}” is deleted.")
    return redirect("saved-views")

"""A person's own ways of looking at the queue."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

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

MOST_TYPED: Final = 1000
"""Characters of a refused name that go back into its field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A name that cannot be kept, as it was typed: for a new view of `query`, or for the view `pk`."""

    why: str
    name: str
    query: str = ""
    pk: int | None = None


@require_safe
def views(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, wrong: Wrong | None = None) -> HttpResponse:
    own = saved_views.of(signed_in(request))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    context = {"views": own, "most": saved_views.MOST, "wrong": wrong}
    return render(request, "reports/queue/views.html", context, status=status)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    query = filter_form(QueryDict(request.POST.get("query", "").encode("utf-8", "replace"))).filters.query
    name = request.POST.get("name", "")
    try:
        view = saved_views.save(signed_in(request), name=name, query=query)
    except Refused as refusal:
        return _show(request, Wrong(why=str(refusal), name=name[:MOST_TYPED], query=query))
    messages.success(request, f"Saved as “{view.name}”.")
    return HttpResponseRedirect(f"{reverse('queue')}?{query}" if query else reverse("queue"))


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=signed_in(request))
    name = request.POST.get("name", "")
    try:
        saved_views.rename(view, name=name)
    except Refused as refusal:
        return _show(request, Wrong(why=str(refusal), name=name[:MOST_TYPED], pk=pk))
    messages.success(request, "The view has its new name.")
    return redirect("saved-views")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, user=signed_in(request))
    name = view.name
    view.delete()
    messages.success(request, f"“{name}” is deleted.")
    return redirect("saved-views")

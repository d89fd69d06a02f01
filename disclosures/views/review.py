"""Reading an advisory as the world will, saying what is wrong with it, and approving it."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from disclosures import approving, differences, drafting, judging, reading
from disclosures.differences import Difference
from disclosures.draft import from_json
from disclosures.judging import Judged
from disclosures.models import Revision
from disclosures.review_forms import CommentForm, VerdictForm, WaiveForm
from disclosures.views.advisories import newest_of
from reports import access
from reports.access import Permission
from reports.guards import Refused
from reports.views import desk
from teams.confirmation import confirmed
from teams.models import Project
from teams.sign_in import signed_in

type Shown = tuple[Judged, WaiveForm]


@require_safe
def review(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    return _page(request, newest_of(desk.find(reference), advisory))


@confirmed
@require_POST
def approve(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    revision = newest_of(desk.find(reference), advisory)
    form = VerdictForm(request.POST)
    read = form.cleaned_data["revision"] if form.is_valid() else 0
    try:
        approving.approve(revision.advisory, read, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"You have approved revision {read}.")
    return _back(revision)


@require_POST
def withdraw_approval(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    revision = newest_of(desk.find(reference), advisory)
    try:
        approving.withdraw_approval(revision.advisory, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The approval is taken back.")
    return _back(revision)


@require_POST
def waive(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    revision = newest_of(desk.find(reference), advisory)
    form = WaiveForm(request.POST, finding=request.POST.get("finding", ""))
    if form.is_valid():
        finding, reason = form.cleaned_data["finding"], form.cleaned_data["reason"]
        try:
            approving.waive(revision.advisory, finding, reason=reason, by=signed_in(request), now=timezone.now())
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, "It is let pass. The reason stays with the advisory.")
            return _back(revision)
    return _page(request, revision, waiving=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def comment(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    revision = newest_of(desk.find(reference), advisory)
    form = CommentForm(request.POST)
    if form.is_valid():
        try:
            drafting.comment(revision.advisory, form.cleaned_data["body"], by=signed_in(request), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(revision)
    return _page(request, revision, commenting=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def settle(request: HttpRequest, reference: str, advisory: str, pk: int) -> HttpResponse:
    revision = newest_of(desk.find(reference), advisory)
    remark = get_object_or_404(revision.report.advisory_comments, advisory=revision.advisory, pk=pk)
    try:
        drafting.settle(remark, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(revision)


@require_safe
def history(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    """Every revision, and what differs between any two."""
    newest = newest_of(desk.find(reference), advisory)
    rows = newest.report.advisory_revisions.filter(advisory=newest.advisory).order_by("-number")
    old, new = _two(request, newest=newest.number)
    context = {
        "report": newest.report,
        "advisory": newest.advisory,
        "revision": newest,
        "revisions": rows.select_related("written_by").defer("content"),
        "old": old,
        "new": new,
        "changed": _changed(rows.filter(number__in=(old, new)), old, new),
        "may_write": access.may(signed_in(request), Permission.ADVISE, newest.report),
    }
    return render(request, "disclosures/advisories/history.html", context)


def _changed(rows: Iterable[Revision], old: int, new: int) -> Sequence[Difference] | None:
    """None if one of them never was."""
    drafts = {row.number: from_json(row.content) for row in rows}
    if old not in drafts or new not in drafts:
        return None
    names = dict(Project.objects.values_list("pk", "name"))
    return differences.between(drafts[old], drafts[new], projects=names)


def _two(request: HttpRequest, *, newest: int) -> tuple[int, int]:
    """Which two are compared: the last step, unless somebody asks for others."""
    form = {name: request.GET.get(name, "") for name in ("old", "new")}
    old, new = (VerdictForm({"revision": form[name]}) for name in ("old", "new"))
    if old.is_valid() and new.is_valid():
        return old.cleaned_data["revision"], new.cleaned_data["revision"]
    return max(newest - 1, 1), newest


def _back(revision: Revision) -> HttpResponse:
    return redirect("report-advisory-review", revision.report.reference, revision.advisory.identifier)


def _page(
    request: HttpRequest,
    revision: Revision,
    *,
    commenting: CommentForm | None = None,
    waiving: WaiveForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    user, report, draft = signed_in(request), revision.report, from_json(revision.content)
    may = access.permissions_on(user, report)
    judgement = judging.judge(revision.advisory, draft)
    names = {project.id: project.name for project in judgement.projects}
    comments = report.advisory_comments.filter(advisory=revision.advisory).select_related("author")
    context = {
        "report": report,
        "advisory": revision.advisory,
        "revision": revision,
        "reading": reading.as_read(draft, projects=names),
        "judgement": judgement,
        "findings": shown(judgement.findings, may, waiving=waiving),
        "waive_url": reverse("report-advisory-waive", args=[report.reference, revision.advisory.identifier]),
        "comments": comments,
        "comment_form": commenting or CommentForm(),
        "may_write": Permission.ADVISE in may,
        "may_approve": Permission.APPROVE in may,
        "has_written_it": user.pk in judgement.authors,
    }
    return render(request, "disclosures/advisories/review.html", context, status=status)


def shown(found: Sequence[Judged], may: frozenset[Permission], *, waiving: WaiveForm | None = None) -> list[Shown]:
    """With the form that lets each pass; the one that was just filled in keeps what was typed."""
    key = str(waiving["finding"].value()) if waiving else ""
    return [
        (each, waiving if waiving and each.key == key else WaiveForm(finding=each.key))
        for each in found
        if each.is_shown(may)
    ]

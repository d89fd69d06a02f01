"""The advisories of a report, and the page on which one is written."""

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures import draft_commands, drafting, dropping, judging
from disclosures.differences import Difference, between
from disclosures.draft import Draft, from_json
from disclosures.draft_commands import SAVE, Tried
from disclosures.draft_form import DraftForm
from disclosures.drafting import Conflict
from disclosures.enums import AdvisoryState
from disclosures.judging import Judgement
from disclosures.models import Advisory, Approval, Revision
from reports import access
from reports.access import Permission
from reports.enums import State
from reports.guards import Refused
from reports.models import Report
from reports.views import desk
from teams.sign_in import signed_in


@require_safe
def listing(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    newest = Revision.objects.filter(advisory=OuterRef("pk")).order_by("-number")
    approval = Approval.objects.filter(withdrawn_at=None, revision__advisory=OuterRef("pk"))
    rows = report.advisories.annotate(revision=newest.values("number")[:1])
    may_begin = access.may(signed_in(request), Permission.ADVISE, report)
    context = {
        "report": report,
        "advisories": rows.annotate(is_approved=Exists(approval.filter(revision__number=OuterRef("revision")))),
        "may_begin": may_begin and report.state not in {State.RECEIVED, State.CLOSED},
    }
    return render(request, "disclosures/advisories/listing.html", context)


@require_POST
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    report = desk.find(reference)
    try:
        advisory = drafting.begin(report, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-advisories", report.reference)
    messages.success(request, "It is begun, with the facts that the report has. Now it needs your words.")
    return redirect("report-advisory", report.reference, advisory.identifier)


@require_POST
def drop(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    revision = newest_of(desk.find(reference), advisory)
    try:
        dropping.drop(revision.advisory, by=signed_in(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("report-advisory", reference, advisory)
    messages.success(request, "The draft is dropped. Only the record knows of it.")
    return redirect("report-advisories", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: HttpRequest, reference: str, advisory: str) -> HttpResponse:
    report = desk.find(reference)
    revision = newest_of(report, advisory)
    may = access.permissions_on(signed_in(request), report)
    if Permission.ADVISE not in may and request.method != "POST":
        return redirect("report-advisory-review", report.reference, advisory)
    draft = from_json(revision.content)
    judgement = judging.judge(revision.advisory, draft)
    if request.method != "POST":
        form = DraftForm(saved=draft, base_revision=revision.number, projects=judgement.projects)
        return _page(request, Sight(revision, judgement, form))
    if request.POST.get("do", SAVE) != SAVE:
        return _page(request, _after_command(request, revision, judgement, draft))
    return _save(request, revision, judgement, draft)


@dataclass(slots=True)
class Sight:
    """What the editor's page shows."""

    revision: Revision
    judgement: Judgement
    form: DraftForm
    tried: list[Tried] | None = None
    refusal: str = ""
    conflict: list[Difference] | None = None
    """What the other one wrote, against what was typed here."""


def newest_of(report: Report, identifier: str) -> Revision:
    """The newest revision with its advisory, and the logins of those who have approved it.

    An advisory of another report is answered like one that never was.
    """
    approvals = Approval.objects.filter(revision=OuterRef("pk"), withdrawn_at=None)
    approvers = ArraySubquery(approvals.values("approved_by__github_login"))
    rows = report.advisory_revisions.filter(advisory__identifier=identifier, advisory__dropped_at=None)
    found = rows.select_related("advisory", "written_by").annotate(approvers=approvers).order_by("-number").first()
    if found is None:
        raise Http404
    found.advisory.report = report
    return found


def _after_command(request: HttpRequest, revision: Revision, judgement: Judgement, draft: Draft) -> Sight:
    command = request.POST.get("do", "")
    typed = draft_commands.after(command, draft_commands.typed_in(request.POST))
    base = request.POST.get("base_revision", "")
    form = DraftForm(
        saved=draft,
        base_revision=int(base) if base.isascii() and base.isdecimal() and len(base) < len("1000000") else 0,
        projects=judgement.projects,
        typed=typed,
    )
    return Sight(revision, judgement, form, tried=draft_commands.tried(typed, projects=judgement.projects))


def _save(request: HttpRequest, revision: Revision, judgement: Judgement, draft: Draft) -> HttpResponse:
    form = DraftForm(saved=draft, base_revision=revision.number, projects=judgement.projects, data=request.POST)
    sight = Sight(revision, judgement, form)
    if form.is_valid():
        try:
            kept = _write(request, revision.advisory, form)
        except Conflict as conflict:
            _show_conflict(sight, conflict.newest)
        except Refused as refusal:
            sight.refusal = str(refusal)
        else:
            said = f"Saved as revision {kept.number}." if kept.number > revision.number else "Nothing has changed."
            messages.success(request, said)
            return redirect("report-advisory", revision.report.reference, revision.advisory.identifier)
    status = HTTPStatus.CONFLICT if sight.conflict is not None else HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(request, sight, status=status)


def _write(request: HttpRequest, advisory: Advisory, form: DraftForm) -> Revision:
    return drafting.write(
        advisory,
        form.draft(),
        by=signed_in(request),
        base_revision=form.base_revision,
        now=timezone.now(),
        summary=form.words.cleaned_data["summary"],
    )


def _show_conflict(sight: Sight, theirs: Revision) -> None:
    """What was typed stays in the form; saved once more, it follows what the other one wrote."""
    names = {project.id: project.name for project in sight.judgement.projects}
    sight.conflict = between(from_json(theirs.content), sight.form.draft(), projects=names)
    sight.form.follow(theirs.number)


def _page(request: HttpRequest, sight: Sight, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    report = sight.revision.report
    may = access.permissions_on(signed_in(request), report)
    findings = [each for each in sight.judgement.open_findings if each.is_shown(may)]
    context = {
        "report": report,
        "advisory": sight.revision.advisory,
        "revision": sight.revision,
        "sight": sight,
        "form": sight.form,
        "words": sight.form.words,
        "gaps": sight.judgement.gaps,
        "findings": findings,
        "may_write": Permission.ADVISE in may,
        "may_drop": Permission.ADVISE in may and sight.revision.advisory.state == AdvisoryState.DRAFT,
    }
    return render(request, "disclosures/advisories/editor.html", context, status=status)

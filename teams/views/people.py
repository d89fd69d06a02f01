"""Who maintains what, who belongs to the team and when, who is on duty: read by whoever has a role here."""

from datetime import date
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import characters
from teams import appealing, confirming, overview, rota
from teams.confirmation import confirmed, confirmed_to_change
from teams.enums import AppealState
from teams.forms import AnswerForm, ConfirmForm
from teams.membership import Standing, standing_of
from teams.models import Appeal, Project, User
from teams.sign_in import signed_in

PROJECTS_A_PAGE = 25


def _standing(request: HttpRequest) -> Standing:
    """Of somebody who has a role here. For everybody else these pages do not exist."""
    standing = standing_of(signed_in(request))
    if not standing.has_role:
        raise Http404
    return standing


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    _standing(request)
    paginator = Paginator(Project.objects.order_by("archived_at", "name"), PROJECTS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": overview.of_projects(list(page.object_list), now=timezone.now()),
        "may_confirm": confirming.may_confirm(signed_in(request)),
    }
    return render(request, "teams/projects.html", context)


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say of somebody that they are an active maintainer."""
    by = signed_in(request)
    if not confirming.may_confirm(by):
        raise Http404
    project = get_object_or_404(Project, pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        who: User = form.cleaned_data["login"]
        try:
            confirming.confirm(who, on=project, reason=form.cleaned_data["reason"], by=by, now=timezone.now())
        except confirming.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{who} counts as an active maintainer of {project}.")
            return redirect("projects")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "teams/confirm.html", {"project": project, "form": form}, status=status)


@require_POST
def withdraw(request: HttpRequest, pk: int, user: int) -> HttpResponse:
    """Take such a word back, at once."""
    by = signed_in(request)
    if not confirming.may_confirm(by):
        raise Http404
    project, who = get_object_or_404(Project, pk=pk), get_object_or_404(User, pk=user)
    try:
        confirming.withdraw(who, on=project, reason=request.POST.get("reason", ""), by=by, now=timezone.now())
    except confirming.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The confirmation of {who} on {project} is taken back.")
    return redirect("projects")


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Who was on the team on any day, and why; with the objections that wait."""
    standing = _standing(request)
    today = settings.POLICY.calendar.day_of(timezone.now())
    day = _day(request.GET.get("on", "")) or today
    appeals = Appeal.objects.select_related("departure__membership__user", "answered_by")
    context = {
        "day": day,
        "today": today,
        "memberships": overview.team_on(day),
        "appeals": appeals if standing.is_lead else (),
        "answer_form": AnswerForm(),
    }
    return render(request, "teams/history.html", context)


@confirmed
@require_POST
def answer_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    by = signed_in(request)
    if not standing_of(by).is_lead:
        raise Http404
    objection = get_object_or_404(Appeal.objects.select_related("departure__membership__user"), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose whether it is upheld, and say why.")
        return redirect("team-history")
    said = form.cleaned_data
    try:
        appealing.answer(objection, state=AppealState(said["state"]), text=said["text"], by=by, now=timezone.now())
    except appealing.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Answered. They read it on their own page.")
    return redirect("team-history")


@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """Who is on duty, this week and the next ones."""
    standing, now = _standing(request), timezone.now()
    context = {
        "weeks": rota.weeks(now=now),
        "members": rota.staying(now=now) if standing.is_member else (),
        "on_duty": rota.on_duty(now=now),
    }
    return render(request, "teams/rota.html", context)


@require_POST
def choose_duty(request: HttpRequest) -> HttpResponse:
    """Members arrange it among themselves."""
    by, now = signed_in(request), timezone.now()
    if not standing_of(by).is_member:
        raise Http404
    monday = _day(request.POST.get("monday", ""))
    chosen = rota.staying(now=now).filter(github_login=characters.storable(request.POST.get("who", ""))).first()
    if monday not in {week.monday for week in rota.weeks(now=now)} or monday is None or chosen is None:
        messages.error(request, "Choose one of the weeks shown, and somebody who is on the team.")
    else:
        rota.choose(monday, user=chosen, by=by)
        messages.success(request, f"{chosen} is on duty in the week of {monday:%-d %B}.")
    return redirect("rota")


def _day(text: str) -> date | None:
    """One that the calendar of every zone has, and a next one."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min.year < day.year < date.max.year else None

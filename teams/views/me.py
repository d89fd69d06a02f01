"""What one is here and why, and what one can do about it: join, be away, leave, object."""

from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams import appealing, joining, overview, rota, terms
from teams.confirmation import confirmed_to_change
from teams.forms import AbsenceForm, AppealForm
from teams.membership import objection_to_joining, standing_of
from teams.models import Absence
from teams.sign_in import signed_in


@terms.open_before
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(
    request: HttpRequest,
    *,
    absence: AbsenceForm | None = None,
    appeal: AppealForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    membership = user.membership
    context = {
        "membership": membership,
        "rows": overview.of_person(user, now=now),
        "objection": None if membership else objection_to_joining(user, now=now),
        "standing": standing_of(user),
        "terms": settings.POLICY.terms,
        "grace_days": settings.POLICY.team.grace_days,
        "heirs": rota.staying(now=now).exclude(pk=user.pk) if membership else (),
        "duty": rota.on_duty(now=now) if membership else None,
        "by_hand": overview.by_hand(user),
        "absences": Absence.objects.filter(user=user, last_day__gte=settings.POLICY.calendar.day_of(now)),
        "absence_form": absence or AbsenceForm(),
        "departure": None if membership else appealing.open_to(user),
        "appeal_form": appeal or AppealForm(),
    }
    return render(request, "teams/me.html", context, status=status)


@terms.open_before
@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """GET shows what one agrees to; POST agrees and joins. What membership opens begins with the next sign-in."""
    user, now = signed_in(request), timezone.now()
    wrong = _refused(request, now=now) if request.method == "POST" else ""
    if request.method == "POST" and not wrong:
        logout(request)
        messages.success(request, "Welcome to the team. Sign in once more: your new rights begin with it.")
        return redirect(reverse("account_login", query={"next": reverse("dashboard")}))
    context = {
        "objection": "You belong to the team already." if user.membership else objection_to_joining(user, now=now),
        "terms": settings.POLICY.terms,
        "wrong": wrong,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "teams/join.html", context, status=status)


def _refused(request: HttpRequest, *, now: datetime) -> str:
    """Why they have not joined; nothing if they have."""
    if not request.POST.get("agreed"):
        return "Tick the box if you agree. Nobody joins without."
    try:
        joining.join(signed_in(request), version=request.POST.get("version", ""), now=now)
    except (joining.NotNow, terms.Outdated) as refusal:
        return str(refusal)
    return ""


@require_POST
def be_away(request: HttpRequest) -> HttpResponse:
    if not standing_of(signed_in(request)).is_member:
        raise Http404
    form = AbsenceForm(request.POST)
    if not form.is_valid():
        return _show(request, absence=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    said, now = form.cleaned_data, timezone.now()
    rota.be_away(signed_in(request), first_day=said["first_day"], last_day=said["last_day"], now=now)
    messages.success(request, "Noted. Duty in that time goes to the next in turn, unless somebody chose you for it.")
    return redirect("me")


@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(Absence, pk=pk, user=signed_in(request)).delete()
    messages.success(request, "You are there again.")
    return redirect("me")


@terms.open_before
@require_POST
def appeal(request: HttpRequest) -> HttpResponse:
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            appealing.appeal(signed_in(request), text=form.cleaned_data["text"], now=timezone.now())
        except appealing.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "A lead reads it and answers on this page.")
            return redirect("me")
    return _show(request, appeal=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

"""Short cuts for those who try the portal out. These addresses exist only while the demo runs."""

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import user_logged_in
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal.demo import mailbox, second_factor, writing
from portal.demo.cast import CAST, Who
from portal.demo.mail_form import MailForm
from reports.correspondence import arrival
from reports.enums import Door
from teams.models import User


@login_not_required
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    people = {user.github_id: user for user in User.objects.filter(is_active=True)}
    cast = [(who, part, people[part.github_id]) for who, part in CAST.items() if part.github_id in people]
    codes = second_factor.current_codes()
    apps = [(user, codes[user.pk]) for user in people.values() if user.pk in codes]
    return render(request, "demo/demo.html", {"cast": cast, "apps": apps})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, who: str) -> HttpResponse:
    """Sign in at once, also by following a link from the terminal: there is nobody here to be tricked."""
    if who not in Who:
        raise Http404
    user = get_object_or_404(User, github_id=CAST[Who(who)].github_id, is_active=True)
    get_adapter().login(request, user)
    record_authentication(request, user, "mfa", type="totp", reauthenticated=True)
    user_logged_in.send(sender=User, request=request, user=user)
    return redirect(get_next_redirect_url(request) or ("admin:index" if who == Who.ADMINISTRATOR else "dashboard"))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_mail(request: HttpRequest) -> HttpResponse:
    """The way in of a stranger who has nothing but a mail program; `answering` names the mail that is answered."""
    answered = mailbox.find(settings.VAR / "mail", request.GET.get("answering", ""))
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = MailForm(*sent, initial=writing.beginning(answered))
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "demo/write_mail.html", {"form": form, "answered": answered}, status=status)
    now = timezone.now()
    mail = arrival.take(writing.source_of(form.draft, now=now), arrived_at=now, door=Door.DEMO, now=now)
    messages.success(request, f"The portal has your mail: it {mail.get_state_display()}.")
    return redirect("demo-mailbox")


@login_not_required
@require_safe
def read_mail(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mailbox.html", {"mails": mailbox.newest(settings.VAR / "mail")})

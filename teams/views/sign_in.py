"""Signing in and out by GitHub, the one way in, and what a person chooses for themselves.

allauth's pages for passwords and addresses do not exist here.
"""

from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.limited import limited_by
from portal.rate_limits import Scope
from teams.adapters import GITHUB, GitHubAdapter
from teams.confirmation import confirmed_to_change
from teams.forms import PreferencesForm
from teams.membership import standing_of
from teams.models import User

_GITHUB = urlsplit(settings.GITHUB_WEB_URL)
LEADS_TO_GITHUB = {**settings.SECURE_CSP, "form-action": [CSP.SELF, f"{_GITHUB.scheme}://{_GITHUB.netloc}"]}
"""A form's redirect counts as its action: without this the browser would stop on the way to GitHub."""


@login_not_required
@require_safe
@csp_override(LEADS_TO_GITHUB)
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)
    return render(request, "account/login.html")


@login_not_required
@limited_by(Scope.SIGN_IN)
@require_POST
def go_to_github(request: HttpRequest) -> HttpResponse:
    """Nothing but `next` is taken from the request: no wider scope, and no further account for who is signed in."""
    provider = get_adapter().get_provider(request, GITHUB)
    response: HttpResponse = provider.redirect(request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request))
    return response


come_back_from_github = require_safe(OAuth2CallbackView.adapter_view(GitHubAdapter))


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say why a role takes no effect yet, and where to set up what is missing (AUT-01)."""
    if not standing_of(request.user).lacks_second_factor:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "teams/second_factor.html")


@confirmed_to_change
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How and where one hears of news: whoever changes the address in secret reads along."""
    person = get_object_or_404(User, pk=request.user.pk)
    form = PreferencesForm(request.POST or None, instance=person)
    if form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("preferences")
    return render(request, "teams/preferences.html", {"form": form})

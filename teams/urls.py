from allauth.account.views import account_inactive, logout
from allauth.socialaccount.views import login_cancelled, login_error
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

from teams import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/login/", views.sign_in, name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/inactive/", account_inactive, name="account_inactive"),
    path("account/github/login/", views.go_to_github, name="github_login"),
    path("account/github/login/callback/", views.come_back_from_github, name="github_callback"),
    path("account/login/cancelled/", login_cancelled, name="socialaccount_login_cancelled"),
    path("account/login/error/", login_not_required(login_error), name="socialaccount_login_error"),
    path("preferences/", views.preferences, name="preferences"),
    path("account/second-factor/", views.second_factor, name="second-factor"),
    path(
        "account/reauthenticate/",
        RedirectView.as_view(pattern_name="mfa_reauthenticate", query_string=True),
        name="account_reauthenticate",
    ),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
]

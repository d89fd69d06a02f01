from allauth.account.views import account_inactive, logout
from allauth.socialaccount.views import login_cancelled, login_error
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic.base import RedirectView

from teams.views import drift, me, people, personal_key, sign_in, terms

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/login/", sign_in.sign_in, name="account_login"),
    path("account/logout/", logout, name="account_logout"),
    path("account/inactive/", account_inactive, name="account_inactive"),
    path("account/github/login/", sign_in.go_to_github, name="github_login"),
    path("account/github/login/callback/", sign_in.come_back_from_github, name="github_callback"),
    path("account/login/cancelled/", login_cancelled, name="socialaccount_login_cancelled"),
    path("account/login/error/", login_not_required(login_error), name="socialaccount_login_error"),
    path("preferences/", sign_in.preferences, name="preferences"),
    path("terms/", terms.page, name="terms"),
    path("me/", me.me, name="me"),
    path("me/join/", me.join, name="join"),
    path("me/key/", personal_key.key, name="my-key"),
    path("me/key/remove/", personal_key.remove, name="my-key-remove"),
    path("me/away/", me.be_away, name="be-away"),
    path("me/away/<int:pk>/end/", me.end_absence, name="end-absence"),
    path("me/appeal/", me.appeal, name="appeal"),
    path("projects/", people.projects, name="projects"),
    path("projects/<int:pk>/confirm/", people.confirm, name="confirm-maintainer"),
    path("projects/<int:pk>/confirm/<int:user>/withdraw/", people.withdraw, name="withdraw-confirmation"),
    path("team/history/", people.history, name="team-history"),
    path("team/appeals/<int:pk>/", people.answer_appeal, name="answer-appeal"),
    path("team/rota/", people.duty, name="rota"),
    path("team/rota/choose/", people.choose_duty, name="choose-duty"),
    path("team/drift/", drift.drift, name="drift"),
    path("team/drift/ask/", drift.ask_now, name="ask-github"),
    path("team/drift/<int:pk>/decide/", drift.decide, name="decide-sync"),
    path("account/second-factor/", sign_in.second_factor, name="second-factor"),
    path(
        "account/reauthenticate/",
        RedirectView.as_view(pattern_name="mfa_reauthenticate", query_string=True),
        name="account_reauthenticate",
    ),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
]

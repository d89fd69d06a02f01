"""A small stand-in for GitHub's sign-in, so that the demo walks the whole way without the internet.

It answers in GitHub's shapes. What it hands out is signed instead of stored, so any web process can take it back.
"""

import base64
import hashlib
import hmac
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.request import validate_host
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.demo.cast import OUTSIDERS
from portal.github import Profile
from teams.models import User

CODE_AGE = 600
TOKEN_AGE = 8 * 60 * 60
CODE, TOKEN = "sandbox-code", "sandbox-token"
ASKED = ("client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
BACK_TO_US: dict[str, list[str]] = {
    **settings.SECURE_CSP,
    "form-action": [
        CSP.SELF,
        settings.BASE_URL,
        f"http://localhost:{settings.PORT}",
        f"http://127.0.0.1:{settings.PORT}",
    ],
}


def _accounts() -> dict[int, Profile]:
    known = [
        Profile(id=user.github_id, login=user.github_login, name=user.name, email=user.email)
        for user in User.objects.all()
    ]
    return {profile.id: profile for profile in (*OUTSIDERS, *known)}


def _client() -> tuple[str, str]:
    app = settings.SOCIALACCOUNT_PROVIDERS["github"]["APPS"][0]
    return app["client_id"], app["secret"]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@csp_override(BACK_TO_US)
def authorize(request: HttpRequest) -> HttpResponse:
    """Where GitHub asks whether the portal may know who somebody is."""
    asked = request.POST if request.method == "POST" else request.GET
    refusal = _objection(asked)
    if refusal:
        return render(request, "demo/refused.html", {"why": refusal}, status=HTTPStatus.NOT_FOUND)
    accounts = _accounts()
    if request.method != "POST":
        fields = [(name, asked[name]) for name in ASKED if name in asked]
        return render(request, "demo/authorize.html", {"fields": fields, "accounts": accounts.values()})
    chosen = request.POST.get("account", "")
    if not chosen.isdecimal() or int(chosen) not in accounts:
        return _back(asked, error="access_denied", error_description="The user has denied your application access.")
    return _back(asked, code=_code_for(int(chosen), asked))


def _objection(asked: QueryDict) -> str | None:
    try:
        target = urlsplit(asked.get("redirect_uri", ""))
    except ValueError:
        return "The redirect_uri is no address."
    if asked.get("client_id") != _client()[0]:
        return "No application is registered under this client_id."
    if target.path != reverse("github_callback") or not validate_host(target.hostname or "", settings.ALLOWED_HOSTS):
        return "The redirect_uri is not associated with this application."
    if asked.get("code_challenge_method", "S256") != "S256":
        return "The code_challenge_method must be S256."
    return None


def _back(asked: QueryDict, **answer: str) -> HttpResponse:
    return redirect(f"{asked['redirect_uri']}?{urlencode({**answer, 'state': asked.get('state', '')})}")


def _code_for(account: int, asked: QueryDict) -> str:
    promise = {"id": account, "uri": asked["redirect_uri"], "challenge": asked.get("code_challenge", "")}
    return signing.dumps(promise, salt=CODE)


@csrf_exempt
@login_not_required
@require_POST
def access_token(request: HttpRequest) -> HttpResponse:
    """GitHub answers 200 here even when it refuses, as JSON only to who asks for it."""
    answer = _exchange(request.POST)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(answer)
    return HttpResponse(urlencode(answer), content_type="application/x-www-form-urlencoded; charset=utf-8")


def _exchange(sent: QueryDict) -> dict[str, str]:
    if (sent.get("client_id"), sent.get("client_secret")) != _client():
        return _error("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
    try:
        promise = signing.loads(sent.get("code", ""), salt=CODE, max_age=CODE_AGE)
    except signing.BadSignature:
        return _error("bad_verification_code", "The code passed is incorrect or expired.")
    if sent.get("redirect_uri") != promise["uri"]:
        return _error("redirect_uri_mismatch", "The redirect_uri must match the one of the authorization.")
    if not _proves(sent.get("code_verifier", ""), promise["challenge"]):
        return _error("bad_verification_code", "The code_verifier does not match the code_challenge.")
    token = signing.dumps({"id": promise["id"]}, salt=TOKEN)
    return {"access_token": f"gho_{token}", "scope": "read:org,read:user", "token_type": "bearer"}


def _error(name: str, description: str) -> dict[str, str]:
    return {"error": name, "error_description": description}


def _proves(verifier: str, challenge: str) -> bool:
    """PKCE, RFC 7636."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


@login_not_required
@require_safe
def user(request: HttpRequest) -> HttpResponse:
    """`GET /user`, whole, as GitHub describes it."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        number = signing.loads(token.removeprefix("gho_"), salt=TOKEN, max_age=TOKEN_AGE)["id"]
    except signing.BadSignature:
        number = 0
    profile = _accounts().get(number)
    if scheme.lower() not in {"bearer", "token"} or profile is None:
        answer = {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"}
        return JsonResponse(answer, status=HTTPStatus.UNAUTHORIZED)
    return JsonResponse(public_user(profile))


def public_user(profile: Profile) -> dict[str, str | int | bool | None]:
    api, web = f"{settings.GITHUB_WEB_URL}/api/v3/users/{profile.login}", f"{settings.GITHUB_WEB_URL}/{profile.login}"
    return {
        "login": profile.login,
        "id": profile.id,
        "user_view_type": "public",
        "node_id": base64.b64encode(f"04:User{profile.id}".encode()).decode(),
        "avatar_url": f"{web}.png",
        "gravatar_id": "",
        "url": api,
        "html_url": web,
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": "User",
        "site_admin": False,
        "name": profile.name or None,
        "company": None,
        "blog": "",
        "location": None,
        "email": profile.email or None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 1,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": "2020-01-01T00:00:00Z",
        "updated_at": "2020-01-01T00:00:00Z",
    }

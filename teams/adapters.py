"""How allauth serves us. GitHub's numeric id is the identity; logins and addresses only follow it (AUT-04, AUT-06)."""

import base64
import hashlib
import logging
from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base import Provider, ProviderException
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone

from portal import github
from teams import checking, sessions
from teams.logins import free_logins
from teams.models import User

logger = logging.getLogger(__name__)

GITHUB = "github"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is allauth's
        """Nobody makes an account here by hand: GitHub says who somebody is."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        checking.check(user, policy=settings.POLICY.team, now=timezone.now())
        super().login(request, user)
        sessions.begin(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return bool(sociallogin.account.provider == GITHUB)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tie the sign-in to the person with this GitHub id, and take over how GitHub names them today."""
        sociallogin.email_addresses = []  # an address connects nobody
        number = int(sociallogin.account.uid)
        person = User.objects.filter(github_id=number).first()
        if sociallogin.is_existing and sociallogin.user != person:
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))
        if person is None:
            return
        _follow(person, sociallogin.account.extra_data)
        person.save(update_fields=["github_login", "name", "email"])
        if sociallogin.is_existing:
            sociallogin.user = person
        else:
            sociallogin.connect(request, person)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, str]) -> User:  # noqa: ARG002
        person: User = sociallogin.user
        person.github_id = int(sociallogin.account.uid)
        _follow(person, sociallogin.account.extra_data)
        person.set_unusable_password()
        return person

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: None = None) -> User:  # noqa: ARG002
        """Without allauth's own list of addresses: whoever shares an address with another stays somebody else."""
        person: User = sociallogin.user
        free_logins([person])
        person.save()
        sociallogin.account.user = person
        sociallogin.account.save()
        return person

    def on_authentication_error(
        self,
        request: HttpRequest,  # noqa: ARG002 - the signature is allauth's
        provider: Provider,  # noqa: ARG002
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: Mapping[str, object] | None = None,  # noqa: ARG002
    ) -> None:
        logger.warning("Sign-in with GitHub failed: %s", type(exception).__name__ if exception else error)


def _follow(person: User, profile: Mapping[str, str]) -> None:
    person.github_login = profile["login"]
    person.name = profile["name"] or person.name
    person.email = person.email or profile["email"]
    if person.pk:
        free_logins([person])


class GitHubAdapter(GitHubOAuth2Adapter):  # type: ignore[misc] # allauth ships no types
    """GitHub's OAuth. Whatever comes instead of the expected answer ends on the page that says so (AVL-04)."""

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: object,
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,
    ) -> dict[str, str]:
        try:
            answer = super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise OAuth2Error("GitHub's answer about the token is not what it promises.") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            raise OAuth2Error("GitHub's answer carries no token.")
        return {"access_token": answer["access_token"]}

    def complete_login(self, request: HttpRequest, app: object, token: SocialToken, **_: object) -> SocialLogin:  # noqa: ARG002
        headers = {
            "Authorization": f"Bearer {token.token}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": github.API_VERSION,
        }
        with get_adapter().get_requests_session() as session:
            response = session.get(self.profile_url, headers=headers)
            response.raise_for_status()
        try:
            profile = github.read_profile(response.json())
        except github.UnexpectedAnswer as error:
            raise ProviderException(str(error)) from error
        return self.get_provider().sociallogin_from_response(request, profile.as_answer())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """Second factors, whose secrets are encrypted where they are stored."""

    def get_totp_label(self, user: User) -> str:
        return user.handle

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """Reads what an earlier SECRET_KEY wrote, as long as that stands in SECRET_KEY_FALLBACKS."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"second factor:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

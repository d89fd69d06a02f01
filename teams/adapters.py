"""GitHub sign-in. The numeric id is the identity; logins and addresses only follow it (AUT-04, AUT-06)."""

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from teams.models import User

GITHUB = "github"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is allauth's
        """Nobody makes an account here by hand: GitHub says who somebody is."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return bool(sociallogin.account.provider == GITHUB)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tie the sign-in to the person with this GitHub id, and take over how GitHub names them today."""
        number = int(sociallogin.account.uid)
        person = User.objects.filter(github_id=number).first()
        if person is None:
            return
        _follow(person, sociallogin.account.extra_data)
        person.save(update_fields=["github_login", "name", "email"])
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, str]) -> User:  # noqa: ARG002
        person: User = sociallogin.user
        person.github_id = int(sociallogin.account.uid)
        _follow(person, sociallogin.account.extra_data)
        person.set_unusable_password()
        return person


def _follow(person: User, profile: Mapping[str, str | None]) -> None:
    person.github_login = str(profile.get("login") or person.github_login)[:100]
    person.name = str(profile.get("name") or person.name)[:200]
    person.email = person.email or str(profile.get("email") or "")[:254]

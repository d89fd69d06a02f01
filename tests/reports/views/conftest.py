from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django.fixtures import Settings

from portal.policy.organisation import UploadLimits
from teams.models import User
from tests import factories
from tests.visitor import Visitor

type SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A browser of somebody whose account has a second factor."""

    def signed_in(user: User) -> Client:
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def member() -> User:
    return factories.member(name="Mira Member")


@pytest.fixture
def desk(sign_in: SignIn, member: User) -> Client:
    """The browser of `member`."""
    return sign_in(member)


@pytest.fixture
def visitor(settings: Settings, tmp_path: Path) -> Visitor:
    """Somebody without an account. What they upload is kept in a place of this test's own."""
    settings.FILES_ROOT = tmp_path
    return Visitor()


@pytest.fixture
def small_uploads(settings: Settings) -> None:
    """One MB a file, two together, four files."""
    limits = UploadLimits(file_megabytes=1, total_megabytes=2, max_files=4)
    settings.POLICY = replace(settings.POLICY, uploads=limits)

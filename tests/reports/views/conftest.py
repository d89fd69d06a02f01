from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from teams.models import User
from tests import factories

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

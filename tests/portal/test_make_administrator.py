from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from teams.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def make(*arguments: str) -> str:
    said = StringIO()
    call_command("make_administrator", *arguments, stdout=said)
    return said.getvalue()


def test_the_first_administrator_is_made_before_they_ever_signed_in() -> None:
    said = make("583231", "--login", "octocat")

    user = User.objects.get()
    assert (user.github_id, user.github_login, user.is_administrator) == (583231, "octocat", True)
    assert not user.has_usable_password()
    assert "@octocat is an administrator." in said


def test_somebody_who_is_there_keeps_everything_else() -> None:
    user = factories.UserFactory.create(github_login="known")

    make(str(user.github_id), "--login", "other")
    make(str(user.github_id))

    user.refresh_from_db()
    assert (user.github_login, user.is_administrator) == ("known", True)


def test_an_account_that_is_switched_off_stays_off() -> None:
    user = factories.UserFactory.create(is_active=False)

    with pytest.raises(CommandError, match="switched off"):
        make(str(user.github_id))

    user.refresh_from_db()
    assert not user.is_administrator


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999", "octocat"])
def test_what_is_no_number_of_an_account_is_refused(number: str) -> None:
    with pytest.raises(CommandError):
        make("--", number)

    assert User.objects.count() == 0

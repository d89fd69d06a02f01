"""What the sandbox says of the organisation, its people and its repositories."""

from typing import Final

from django.db.models import Q

from portal.github.sandbox.answering import (
    Asked,
    NotFound,
    Told,
    account_of,
    in_shape,
    of_our_organisation,
    organisation,
    page_of,
    repository_in,
    value_of,
)
from portal.github.values import Account
from portal.sandbox_models import SandboxAccount, SandboxCollaborator, SandboxRepository

SECURITY_MANAGERS: Final = 138
"""The number of that role, in the sandbox."""


def repositories(asked: Asked) -> Told:
    of_our_organisation(asked)
    ours = SandboxRepository.objects.filter(full_name__istartswith=f"{organisation().login}/").order_by("github_id")
    return page_of([in_shape().repository(value_of(row)) for row in ours], asked)


def repository(asked: Asked) -> Told:
    return Told(in_shape().whole_repository(value_of(repository_in(asked))))


def private_reporting(asked: Asked) -> Told:
    return Told({"enabled": repository_in(asked).private_reporting})


def collaborators(asked: Asked) -> Told:
    rows = SandboxCollaborator.objects.filter(repository=repository_in(asked)).exclude(role_name="")
    rows = rows.select_related("account").order_by("account_id")
    return page_of([in_shape().collaborator(account_of(row.account), role_name=row.role_name) for row in rows], asked)


def contributors(asked: Asked) -> Told:
    rows = SandboxCollaborator.objects.filter(repository=repository_in(asked), contributions__gt=0)
    rows = rows.select_related("account").order_by("-contributions", "account_id")
    shaped = [in_shape().contributor(account_of(row.account), contributions=row.contributions) for row in rows]
    return page_of(shaped, asked)


def _people(asked: Asked, which: Q) -> list[Account]:
    of_our_organisation(asked)
    return [account_of(row) for row in SandboxAccount.objects.filter(which).order_by("github_id")]


def members(asked: Asked) -> Told:
    return page_of([in_shape().account(account) for account in _people(asked, Q(is_member=True))], asked)


def person(asked: Asked) -> Told:
    found = SandboxAccount.objects.filter(login__iexact=asked.parts["login"]).first()
    if found is None:
        raise NotFound
    return Told(in_shape().person(account_of(found), since=asked.now))


def team_members(asked: Asked) -> Told:
    found = _people(asked, Q(teams__contains=[asked.parts["slug"]]))
    return page_of([in_shape().account(account) for account in found], asked)


def roles(asked: Asked) -> Told:
    of_our_organisation(asked)
    only = in_shape().organisation_role(SECURITY_MANAGERS, "security_manager", organisation=organisation())
    return Told({"total_count": 1, "roles": [only]})


def holders(asked: Asked) -> Told:
    found = _people(asked, Q(is_security_manager=True))
    return page_of([in_shape().holder(account) for account in found], asked)


def teams_with_a_role(asked: Asked) -> Told:
    of_our_organisation(asked)
    return Told([])

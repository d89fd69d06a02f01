"""What members and everybody whom a report is shown to have agreed to, before the first one opens (P22)."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpResponseBase

from portal.policy import Clause, enforces
from teams.models import TermsAcceptance, User


class Outdated(Exception):
    """They agreed to terms that are not those in force."""

    def __init__(self) -> None:
        super().__init__("The terms have changed since you opened the page. Please read them again.")


@enforces(Clause.P22)
def accept(user: User, *, version: str, now: datetime) -> None:
    """Agree to the terms as they were shown, which must be those in force. Safe to run twice."""
    if version != settings.POLICY.terms.version:
        raise Outdated
    TermsAcceptance.objects.get_or_create(user=user, version=version, defaults={"accepted_at": now})


def open_before[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Mark a view that needs no terms: it shows no report, and may be where one accepts them or leaves."""
    view.open_before_terms = True  # type: ignore[attr-defined] # a mark on the function, as Django's own decorators leave
    return view


def is_open_before(view: Callable[..., HttpResponseBase]) -> bool:
    return bool(getattr(view, "open_before_terms", False))

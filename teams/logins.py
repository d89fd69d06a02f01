"""Logins follow the numeric id, and never the other way round (AUT-04)."""

from collections.abc import Sequence

from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower

from teams.models import User


def free_logins(people: Sequence[User]) -> None:
    """Whoever else had their logins has lost them on GitHub: until seen again, nobody knows the new ones."""
    wanted = [person.github_login.lower() for person in people]
    rightful = Q(github_id__in=[person.github_id for person in people])
    outdated = User.objects.annotate(lower=Lower("github_login")).filter(lower__in=wanted).exclude(rightful)
    outdated.update(github_login=Concat(Value("renamed-"), F("github_id")))

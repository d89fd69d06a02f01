"""The person behind a request that the door has let in."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from teams.models import User


def signed_in(request: HttpRequest) -> User:
    """Raises `PermissionDenied` where a view without a door asks for somebody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user

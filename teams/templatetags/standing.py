"""What the header asks about the person who looks."""

from django.contrib.auth.models import AnonymousUser
from django.template import Library

from teams.membership import standing_of
from teams.models import User

register = Library()


@register.filter
def has_role(user: User | AnonymousUser) -> bool:
    """Whether the pages about people and projects exist for them."""
    return standing_of(user).has_role

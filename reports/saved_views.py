"""A person's own ways of looking at the queue."""

from django.db import IntegrityError, transaction

from reports.guards import Refused
from reports.models import SavedView
from reports.models.people import view_name_index
from teams.models import User

MOST = 20
LONGEST_NAME = 60
LONGEST_QUERY = 1000


def save(user: User, *, name: str, query: str) -> SavedView:
    """Keep `query`, the queue's query string, under a name. The same name again replaces it."""
    name = _checked(name)
    if len(query) > LONGEST_QUERY:
        raise Refused("This view says more than can be kept. Search for less.")
    existing = SavedView.objects.filter(user=user)
    view = existing.filter(name_index=view_name_index(user.pk, name)).first()
    if view is None:
        if existing.count() >= MOST:
            raise Refused(f"You have {MOST} views. Delete one that you no longer need.")
        return SavedView.objects.create(user=user, name=name, query=query)
    view.query = query
    view.save()
    return view


def of(user: User) -> list[SavedView]:
    """By name. The database cannot sort what it cannot read."""
    return sorted(SavedView.objects.filter(user=user), key=lambda view: (view.name.casefold(), view.name))


def rename(view: SavedView, *, name: str) -> None:
    try:
        with transaction.atomic():
            view.name = _checked(name)
            view.save()
    except IntegrityError:
        raise Refused("Another of your views has this name.") from None


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the view a name.")
    if "\x00" in name or len(name) > LONGEST_NAME:
        raise Refused(f"A name has at most {LONGEST_NAME} characters, all of which can be printed.")
    return name

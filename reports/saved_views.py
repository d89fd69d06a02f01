"""A person's own ways of looking at the queue."""

from django.db import IntegrityError, transaction

from reports.guards import Refused
from reports.models import SavedView
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
    if existing.count() >= MOST and not existing.filter(name=name).exists():
        raise Refused(f"You have {MOST} views. Delete one that you no longer need.")
    view, _ = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return view


def rename(view: SavedView, *, name: str) -> None:
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(name=_checked(name))
    except IntegrityError:
        raise Refused("Another of your views has this name.") from None


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("Give the view a name.")
    if "\x00" in name or len(name) > LONGEST_NAME:
        raise Refused(f"A name has at most {LONGEST_NAME} characters, all of which can be printed.")
    return name

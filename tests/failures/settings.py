"""The portal's own settings, with a worker in a hurry: what takes minutes in production takes seconds here."""

from portal import settings as ours
from portal.settings import *  # noqa: F403 - whatever they are

Q_CLUSTER = {**ours.Q_CLUSTER, "timeout": 4, "retry": 8, "poll": 0.2}

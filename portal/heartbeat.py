"""Whether background work is being done: the sweep beats, readiness listens (AVL-06)."""

from datetime import datetime, timedelta

from portal.models import Heartbeat

WORKER = "worker"


def beat(*, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": now})


def worker_age(*, now: datetime) -> timedelta | None:
    """How long ago a worker finished a sweep; None if none ever has."""
    last = Heartbeat.objects.filter(name=WORKER).values_list("at", flat=True).first()
    return None if last is None else now - last

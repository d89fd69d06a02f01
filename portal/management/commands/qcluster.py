from django.db import connections
from django_q.management.commands import qcluster
from django_q.scheduler import scheduler

from portal import startup


class Command(qcluster.Command):  # type: ignore[misc]  # django-q2 has no types
    help = "Start the worker: the process that does the background work."

    def handle(self, *args: object, **options: object) -> None:
        startup.refuse_unsafe_start()
        scheduler()  # what fell due while no worker ran; the cluster itself looks only after half a minute
        connections.close_all()  # the cluster's processes are forked from this one
        super().handle(*args, **options)

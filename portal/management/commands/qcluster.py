from django_q.management.commands import qcluster

from portal import startup


class Command(qcluster.Command):  # type: ignore[misc]  # django-q2 has no types
    help = "Start the worker: the process that does the background work."

    def handle(self, *args: object, **options: object) -> None:
        startup.refuse_unsafe_start()
        super().handle(*args, **options)

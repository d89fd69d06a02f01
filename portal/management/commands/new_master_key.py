from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from portal.sealed import master


class Command(BaseCommand):
    help = (
        "Print a new master key. Put it first in PORTAL_MASTER_KEYS, before those in use, restart web and worker, and "
        "run `manage.py rotate_keys`. Keep a copy of it apart from the backups."
    )

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="", help="what the key is called; by default today's date")

    def handle(self, *args: object, name: str, **options: object) -> None:
        del args, options
        self.stdout.write(f"PORTAL_MASTER_KEYS={master.new_line(name or f'{timezone.now():%Y-%m-%d}')}")

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from portal.sealed import rotation
from portal.viewer import SYSTEM, acting_as


class Command(BaseCommand):
    help = (
        "Wrap every key under the first key of PORTAL_MASTER_KEYS. The portal may be in use meanwhile, once web and "
        "worker were restarted with that key. Interrupted, it continues where it was when it is run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="keys of one transaction")

    def handle(self, *args: object, batch: int, **options: object) -> None:
        del args, options
        for progress in rotation.rotate(batch=batch):
            self.stdout.write(f"{progress.kind}: {progress.done}")
        with acting_as(SYSTEM):
            in_use = rotation.names_in_use()
        self.stdout.write(self.style.SUCCESS(f"Every key is wrapped by “{settings.MASTER_KEYS.current}”."))
        for name in sorted(set(settings.MASTER_KEYS.keys) - in_use):
            self.stdout.write(
                f"“{name}” opens nothing of this database any more. Backups from before need it: keep it apart from "
                "them, and take it out of PORTAL_MASTER_KEYS."
            )

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.viewer import SYSTEM, acting_as
from reports import forgetting
from reports.models import Report


class Command(BaseCommand):
    help = (
        "Destroy the names, addresses and wishes for credit of everybody on the reporter's side of a report, and end "
        "their links. What they wrote stays. Names already in print become work for the team. Backups from before "
        "still hold it all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the report's reference, such as WSC-7K3M-9QXD")
        parser.add_argument("--keep-links", action="store_true", help="let their links open the report as before")

    def handle(self, *args: object, reference: str, keep_links: bool, **options: object) -> None:
        del args, options
        with acting_as(SYSTEM):
            report = Report.objects.filter(reference=reference.strip().upper()).first()
            if report is None:
                raise CommandError("There is no report with this reference.")
            forgetting.forget_reporters(report, now=timezone.now(), keep_links=keep_links, even_in_print=True)
        self.stdout.write(self.style.SUCCESS(f"{report.reference}: nobody knows any more who sent it."))

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from portal.demo.sample import organisation


class Command(BaseCommand):
    help = "Load invented people, projects and reports into an empty database. Does nothing where people are."

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        if not settings.RELAXED:
            raise CommandError("Invented people do not belong here: this is neither a demo nor development.")
        if organisation.make(now=timezone.now()):
            self.stdout.write(self.style.SUCCESS("The sample organisation is there."))
        else:
            self.stdout.write("There are people already: nothing was changed.")

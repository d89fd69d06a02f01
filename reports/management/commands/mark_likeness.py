from django.core.management import BaseCommand
from django.db.models import Exists, OuterRef

from portal.viewer import SYSTEM, acting_as
from reports.flood import likeness
from reports.models import LikenessMark, Report

BATCH = 500


class Command(BaseCommand):
    help = (
        "Work out by which marks reports are found to be like others, for those that came before the portal did so by "
        "itself. Safe to run twice, and while the portal serves."
    )

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        last = count = 0
        while numbers := self._mark(last):
            last, count = numbers[-1], count + len(numbers)
        self.stdout.write(self.style.SUCCESS(f"{count} report{'' if count == 1 else 's'} looked at."))

    def _mark(self, last: int) -> list[int]:
        """The next ones after the report with this number, in a transaction of their own."""
        with acting_as(SYSTEM):
            marks = LikenessMark.objects.filter(report=OuterRef("pk"))
            unmarked = Report.objects.filter(~Exists(marks), erased_at=None, pk__gt=last)
            reports = list(unmarked.order_by("pk")[:BATCH])
            for report in reports:
                likeness.index(report)
        return [report.pk for report in reports]

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from portal.bench import results
from portal.bench.run import Bench


class Command(BaseCommand):
    help = "Measure pages, the sweep and memory with 1,000 and 100,000 reports, as in production."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md")
        parser.add_argument("--rounds", type=int, default=100, help="visits of each page by one client")
        parser.add_argument("--seconds", type=float, default=4, help="of eight clients on each page")
        parser.add_argument("--pairs", type=int, default=500, help="of what is forbidden and what is missing")
        parser.add_argument("--only", default="", help="pages whose name holds this")

    def handle(
        self, *args: object, write: bool, rounds: int, seconds: float, pairs: int, only: str, **options: object
    ) -> None:
        del args, options
        whole = Bench(
            var=settings.VAR.absolute() / "bench",
            prefix=settings.POLICY.organisation.reference_prefix,
            rounds=rounds,
            seconds=seconds,
            pairs=pairs,
            only=only,
            say=self.stderr.write,
        ).run()
        self.stdout.write(results.markdown(whole))
        if write:
            results.write(whole)

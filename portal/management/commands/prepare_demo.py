from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command
from django.urls import reverse
from django_q.models import OrmQ

from portal.demo import openpgp
from portal.demo.cast import CAST


class Command(BaseCommand):
    help = "Migrate, load the sample organisation into an empty database, and note who may sign in."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        del args, options
        if not settings.DEMO:
            raise CommandError("This is not a demo: set PORTAL_DEMO=1 to load invented people and reports.")
        call_command("migrate", verbosity=0)
        if not get_user_model().objects.exists():
            call_command("sample_organisation")
            OrmQ.objects.all().delete()  # a bell for each mail would keep the worker busy; its first sweep rings once
        openpgp.make_key(settings.DEMO_OPENPGP_KEY, address=settings.POLICY.organisation.security_address)
        (settings.VAR / "sign-ins").write_text(
            "".join(f"  {part.title:<30}  {reverse('demo-sign-in', args=[who])}\n" for who, part in CAST.items())
        )

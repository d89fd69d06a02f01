from django.conf import settings
from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from portal import database_roles
from portal.models import SealedSecret
from portal.sealed import secrets


class Command(migrate.Command):
    help = f"{migrate.Command.help} Works as the owner of the tables (DATABASE_OWNER_URL)."

    def handle(self, *args: object, **options: object) -> str | None:
        looks_only = options["plan"] or options["check_unapplied"]
        with database_roles.as_owner():
            answer = self._migrate(*args, **options)
            if not looks_only:
                database_roles.grant_to_application()
                if SealedSecret._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - Django's model API
                    secrets.make_missing()
        if not looks_only:
            database_roles.limit_application()
        return answer

    def _migrate(self, *args: object, **options: object) -> str | None:
        """Whoever waits for a table makes everybody else wait for it too: rather give up (DB-07)."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{settings.MIGRATION_LOCK_SECONDS}s"])
        try:
            return super().handle(*args, **options)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(
                f"A table was in use for more than {settings.MIGRATION_LOCK_SECONDS} seconds. The migration that "
                "needed it was undone; those before it stand. Run it again, or stop the worker first."
            ) from error

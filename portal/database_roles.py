"""What the database roles may do, and the way to act as the owner for a moment.

The owner owns the tables and migrates; the application reads and writes rows, and changes no table.
A model with `append_only = True` gives the application no UPDATE and no DELETE.
"""

import contextlib
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

_ADDRESS = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Turn the default connection into the owner's: for migrations, never while answering a request."""
    if connection.in_atomic_block:
        raise RuntimeError("as_owner() opens another connection: leave the transaction first.")
    owner = settings.DATABASE_OWNER
    if owner is None:
        raise ImproperlyConfigured("DATABASE_OWNER_URL is not set: migrations need the role that owns the tables.")
    as_application = connection.settings_dict
    connection.close()
    connection.settings_dict = {**as_application, **{part: owner.get(part, "") for part in _ADDRESS}}
    connection.settings_dict["OPTIONS"] = owner.get("OPTIONS", {})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = as_application


def application_role() -> str:
    role = settings.DATABASES["default"]["USER"]
    if not role:
        raise ImproperlyConfigured("DATABASE_URL names no role: write it as postgres://ROLE:PASSWORD@HOST/DATABASE.")
    return str(role)


def grant_to_application() -> None:
    """As the owner: give the application exactly what it needs. Changes nothing the second time."""
    present = set(connection.introspection.table_names())
    append_only = {
        model._meta.db_table  # noqa: SLF001 - Django's documented model API
        for model in apps.get_models(include_auto_created=True)
        if getattr(model, "append_only", False)
    }
    read_only = {MigrationRecorder.Migration._meta.db_table}  # noqa: SLF001 - as above
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(
                _grants(
                    application=_quoted(application_role()),
                    append_only=sorted(_quoted(table) for table in append_only & present),
                    read_only=sorted(_quoted(table) for table in read_only & present),
                )
            )
        )


def _grants(*, application: str, append_only: list[str], read_only: list[str]) -> list[str]:
    """List the statements. Sent as one query, they are one transaction: at no moment is too much allowed."""
    rows, numbers = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {application}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {application}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {numbers} ON SEQUENCES TO {application}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {application}",
        f"GRANT {numbers} ON ALL SEQUENCES IN SCHEMA public TO {application}",
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {application}" for table in append_only),
        *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {application}" for table in read_only),
    ]


def limit_application() -> None:
    """As the application: how long a statement, a lock and an idle transaction of this role may last here (DB-09).

    A default of the role, not a setting of the connection: it is in force in whatever connection a pooler hands out.
    """
    database = _quoted(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        for name, seconds in settings.DATABASE_LIMITS.items():
            cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {database} SET {name} = '{seconds:d}s'")
    connection.close()


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def acts_as_owner(wrapper: BaseDatabaseWrapper) -> bool:
    """Whether this connection is inside `as_owner`."""
    owner = settings.DATABASE_OWNER
    return owner is not None and wrapper.settings_dict["USER"] == owner["USER"] != application_role()

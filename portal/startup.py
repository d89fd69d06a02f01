"""What web server and worker look at before they serve anybody.

Row-level security binds neither a superuser nor a role with BYPASSRLS, and a table's owner may switch it
off: the portal does not work as one of these.
"""

from collections.abc import Sequence

from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from portal import database_roles

_POWERS = """
    SELECT rolsuper,
           rolbypassrls,
           has_schema_privilege(current_user, 'public', 'CREATE'),
           EXISTS (SELECT FROM pg_tables
                    WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'MEMBER'))
      FROM pg_roles
     WHERE rolname = current_user
"""
_REMEDY = "Point DATABASE_URL to a role of the application's own, and DATABASE_OWNER_URL to the one that migrates."


@checks.register(checks.Tags.database)
def application_role_is_confined(*, databases: Sequence[str] | None = None, **_: object) -> list[checks.CheckMessage]:
    if "default" not in (databases or ()) or database_roles.acts_as_owner(connections["default"]):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(_POWERS)
        superuser, bypasses, creates, owns = cursor.fetchone()
    role = f"The role in DATABASE_URL ({database_roles.application_role()})"
    if superuser:
        return [
            checks.Error(
                f"{role} is a superuser: row-level security would not bind it.",
                hint=_REMEDY,
                id="portal.E001",
            )
        ]
    excesses = [
        (bypasses, "has BYPASSRLS: row-level security would not bind it.", "portal.E002"),
        (
            owns,
            "owns the tables, or belongs to the role that does: it could switch their protection off.",
            "portal.E003",
        ),
        (creates, "may create tables in the schema public.", "portal.E004"),
    ]
    return [checks.Error(f"{role} {excess}", hint=_REMEDY, id=id_) for found, excess, id_ in excesses if found]


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured, naming the setting to change, unless the database role is confined."""
    found = application_role_is_confined(databases=["default"])
    connections["default"].close()
    if found:
        raise ImproperlyConfigured("\n".join(f"{message.msg} {message.hint}" for message in found))

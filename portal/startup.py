"""What web server and worker look at before they serve anybody.

Row-level security binds neither a superuser nor a role with BYPASSRLS, and a table's owner may switch it
off: the portal does not work as one of these.
"""

from collections.abc import Sequence

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from portal import database_roles, openpgp
from portal.models import SealedSecret
from portal.openpgp import certificates, gnupg_home
from portal.sealed import rotation
from portal.sealed.box import SealBroken
from portal.sealed.master import MasterKeyMissing
from portal.viewer import SYSTEM, acting_as

_POWERS = """
    SELECT rolsuper,
           rolbypassrls,
           has_schema_privilege(current_user, 'public', 'CREATE'),
           EXISTS (SELECT FROM pg_tables
                    WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'MEMBER'))
      FROM pg_roles
     WHERE rolname = current_user
"""
_KEYS_REMEDY = (
    "Put back the key under which it was sealed, with its old name. A key may go only after `manage.py rotate_keys`."
)
_OPENPGP_REMEDY = (
    "Give the secret key in ASCII armour, or the file that holds it, and its passphrase in PORTAL_OPENPGP_PASSPHRASE; "
    "or neither, and nothing is signed or encrypted."
)
_RETIRED_REMEDY = (
    "Give secret keys in ASCII armour, or the files that hold them, separated by commas, and their passphrases in "
    "PORTAL_OPENPGP_RETIRED_PASSPHRASES where they are not that of the current key."
)
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


@checks.register(checks.Tags.database)
def every_key_opens(*, databases: Sequence[str] | None = None, **_: object) -> list[checks.CheckMessage]:
    """Nobody should learn from a page that the key to it is not there."""
    if "default" not in (databases or ()) or database_roles.acts_as_owner(connections["default"]):
        return []
    if SealedSecret._meta.db_table not in connections["default"].introspection.table_names():  # noqa: SLF001 - Django's model API
        return []
    with acting_as(SYSTEM):
        missing = rotation.names_in_use() - set(settings.MASTER_KEYS.keys)
        broken = [] if missing else [str(place) for place in _secrets_that_stay_shut()]
    return [
        *(checks.Error(f"{MasterKeyMissing(name)}", hint=_KEYS_REMEDY, id="portal.E005") for name in sorted(missing)),
        *(checks.Error(what, hint=_KEYS_REMEDY, id="portal.E006") for what in broken),
    ]


def _secrets_that_stay_shut() -> list[SealBroken]:
    shut = []
    for secret in SealedSecret.objects.order_by("name"):
        try:
            secret.data_key_opened()
        except SealBroken as failure:
            shut.append(failure)
    return shut


@checks.register(checks.Tags.security)
def own_keys_work(**_: object) -> list[checks.CheckMessage]:
    """Nobody should learn from a publication that could not be signed, or from a reporter, that a key is of no use."""
    try:
        openpgp.own_key()
    except openpgp.BadKeyError as trouble:
        return [checks.Error(f"PORTAL_OPENPGP_KEY {trouble}.", hint=_OPENPGP_REMEDY, id="portal.E007")]
    try:
        openpgp.retired_keys()
    except openpgp.BadKeyError as trouble:
        return [checks.Error(f"PORTAL_OPENPGP_RETIRED_KEYS {trouble}.", hint=_RETIRED_REMEDY, id="portal.E007")]
    return []


@checks.register(checks.Tags.security)
def encrypted_mail_is_read(**_: object) -> list[checks.CheckMessage]:
    """Without these the portal works, and encrypted mail waits for somebody who opens it by hand."""
    if own_keys_work() or (own := openpgp.own_key()) is None:
        return []
    address = settings.POLICY.organisation.security_address
    warnings = [
        (
            not gnupg_home.opens_what_is_sent_to(own),
            "GnuPG does not open what is encrypted to PORTAL_OPENPGP_KEY.",
            "Install GnuPG beside the portal, and use a key that was made with it.",
            "portal.W001",
        ),
        (
            not certificates.names(own.certificate, address),
            f"PORTAL_OPENPGP_KEY has no user ID with {address}: mail programs do not find it by that address.",
            "Add one: gpg --quick-add-uid.",
            "portal.W002",
        ),
    ]
    return [checks.Warning(what, hint=remedy, id=id_) for is_so, what, remedy, id_ in warnings if is_so]


def refuse_unsafe_start() -> None:
    """Raise ImproperlyConfigured, naming the setting to change, unless the database role is confined and keys open."""
    found = (
        application_role_is_confined(databases=["default"]) or every_key_opens(databases=["default"]) or own_keys_work()
    )
    connections["default"].close()
    if found:
        raise ImproperlyConfigured("\n".join(f"{message.msg} {message.hint}" for message in found))

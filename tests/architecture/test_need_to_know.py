"""No model can forget the rule: whoever leads to a report is restricted twice."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model, OneToOneField

from portal.models import LedgerEntry, LedgerHead
from portal.sealed.fields import sealed_fields
from portal.viewer import NoViewer
from reports.models import NeedToKnowManager, Report
from teams.models import AccountChain, AccountEvent, PersonalKey

pytestmark = [pytest.mark.usefixtures("pooler")]


def leads_to_report(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    if model is Report:
        return True
    targets = {
        field.related_model
        for field in model._meta.get_fields()  # noqa: SLF001 - Django's own way to walk models
        if isinstance(field, ForeignKey | OneToOneField) and isinstance(field.related_model, type)
    }
    return any(leads_to_report(target, seen | {model}) for target in targets - seen - {model})


MODELS = sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.db_table)  # noqa: SLF001 - as above
RESTRICTED = [model for model in MODELS if leads_to_report(model)]
WORDS_OF_A_PERSON = [model for model in MODELS if sealed_fields(model) and model not in RESTRICTED]
BELONGS_TO_A_PERSON: list[type[Model]] = [
    *WORDS_OF_A_PERSON,
    PersonalKey,
    AccountEvent,
    AccountChain,
    LedgerEntry,
    LedgerHead,
]
"""No report stands behind these, but what reporters wrote may, or who came: forced row-level security all the same."""


def test_the_walk_finds_the_models_that_carry_reports() -> None:
    names = {model.__name__ for model in RESTRICTED}

    assert {"Report", "Message", "Attachment", "ReportEvent", "Clock", "Notification", "AccessKey"} <= names
    assert {model.__name__ for model in WORDS_OF_A_PERSON} == {"StagedFile", "SavedView"}


@pytest.mark.parametrize("model", RESTRICTED, ids=lambda model: model.__name__)
@pytest.mark.clause("P8")
def test_its_managers_ask_who_is_looking(model: type[Model]) -> None:
    assert isinstance(model._default_manager, NeedToKnowManager)  # noqa: SLF001 - as above
    assert isinstance(model._base_manager, NeedToKnowManager)  # noqa: SLF001 - as above
    with pytest.raises(NoViewer):
        model._default_manager.all()  # noqa: SLF001 - as above


@pytest.mark.django_db
@pytest.mark.parametrize("model", [*RESTRICTED, *BELONGS_TO_A_PERSON], ids=lambda model: model.__name__)
@pytest.mark.clause("P8")
def test_postgresql_forces_the_rule_on_its_table(model: type[Model]) -> None:
    table = model._meta.db_table  # noqa: SLF001 - as above
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
        forced = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_policies WHERE tablename = %s AND permissive = 'PERMISSIVE'", [table])
        policies = cursor.fetchone()

    assert forced == (True, True)
    assert policies == (1,)


@pytest.mark.django_db
def test_the_application_owns_nothing_and_cannot_step_around_the_rule() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,
                      (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid),
                      has_schema_privilege(current_user, 'public', 'CREATE')
               FROM pg_roles WHERE rolname = current_user"""
        )
        role = cursor.fetchone()

    assert role == (False, False, False, False, 0, False)


@pytest.mark.django_db
def test_no_function_and_no_view_looks_with_another_roles_rights() -> None:
    """Either would be a way around the rule, or would have to pin its search path (DB-04)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND (prosecdef OR proleakproof)
               UNION SELECT relname FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"""
        )
        found = cursor.fetchall()

    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["reports_reportevent", "teams_accountevent", "portal_ledgerentry"])
def test_history_can_be_appended_and_read_and_nothing_else(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT has_table_privilege(%(table)s, 'INSERT'),
                      has_table_privilege(%(table)s, 'SELECT'),
                      has_table_privilege(%(table)s, 'UPDATE'),
                      has_table_privilege(%(table)s, 'DELETE'),
                      has_table_privilege(%(table)s, 'TRUNCATE')""",
            {"table": table},
        )
        rights = cursor.fetchone()

    assert rights == (True, True, False, False, False)

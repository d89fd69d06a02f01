"""A pytest plugin that switches one of the nets off: `pytest -p tests.drills.sabotage --switch-off managers`."""

from collections.abc import Callable
from typing import Final

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import CASCADE, ForeignKey, Model, Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.module_loading import import_string

from portal import postgres
from tests import database

SQL: Final = {
    "row-security": "ALTER TABLE reports_message DISABLE ROW LEVEL SECURITY",
    "row-policy": "ALTER POLICY need_to_know ON reports_message USING (true)",
}
"""What the owner of the tables might do, in haste or in malice."""


def _managers_show_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("reports.models.grants.readable", lambda viewer, report: Q())  # noqa: ARG005 - the rule's own shape


def _everybody_may_do_everything(patch: pytest.MonkeyPatch) -> None:
    everything = frozenset(import_string("reports.access.Permission"))
    patch.setattr("reports.access.permissions_on", lambda user, report: everything)  # noqa: ARG005 - as above


def _a_page_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    @login_not_required
    def forgotten(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.path)

    known = import_string("portal.urls.urlpatterns")
    patch.setattr("portal.urls.urlpatterns", [*known, path("forgotten/", forgotten, name="forgotten")])


def _a_model_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    del patch

    class Forgotten(Model):  # noqa: DJ008 - nobody ever sees a row of it
        report = ForeignKey("reports.Report", on_delete=CASCADE)

        class Meta:
            app_label = "reports"


CODE: Final[dict[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "managers": _managers_show_everything,
    "backend": _everybody_may_do_everything,
    "matrix": _a_page_is_forgotten,
    "models": _a_model_is_forgotten,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--switch-off", choices=[*CODE, *SQL], help="which net to do without")


def pytest_collection(session: pytest.Session) -> None:
    """Before any test is read, and with Django set up."""
    sabotage = CODE.get(session.config.getoption("--switch-off"))
    if sabotage:
        patch = pytest.MonkeyPatch()
        session.config.add_cleanup(patch.undo)
        sabotage(patch)


@pytest.fixture(scope="session", autouse=True)
def hole(request: pytest.FixtureRequest, django_db_setup: database.Clone) -> None:
    statement = SQL.get(request.config.getoption("--switch-off"))
    if statement:
        owner = postgres.addresses(settings.VAR).owner
        with psycopg.connect(owner, dbname=django_db_setup.name, autocommit=True) as connection:
            connection.execute(statement.encode())

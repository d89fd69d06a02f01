"""A portal that kept everything in the open is updated: nothing is lost, and nothing stays readable."""

import hashlib
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings as current
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from portal import database_roles, postgres
from portal.audit import verify
from portal.audit.verify import Tally
from portal.file_store import NoSuchFile, Store
from portal.sealed.secrets import address_index
from portal.viewer import SYSTEM, acting_as
from reports import saved_views, search, staging
from reports.models import (
    Attachment,
    Grant,
    Message,
    Recusal,
    Report,
    ReportChain,
    Reporter,
    ReportEvent,
    StagedFile,
)
from teams.models import User
from tests import database

NAME = f"{postgres.DATABASE}_before_sealing"
BEFORE = {"portal": "0003", "teams": "0001", "reports": "0007", "sessions": "0001"}
PLAIN, PICTURE, EARLY = ("1" * 32, "2" * 32, "3" * 32)
VECTOR = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
WORDS = r"Pfad-Ausbruch \x41 \\ 100% ''zitiert''"

FILLED = """
SET LOCAL portal.viewer = 'system';
INSERT INTO teams_user (id, password, github_id, github_login, name, email, is_administrator, is_active, date_joined, delivery)
VALUES (7, '!', 7, 'mira', 'Mira', 'mira@example.org', false, true, now(), 'at_once');
INSERT INTO reports_report (id, reference, channel, received_at, summary, description, affected_versions, reproduction, impact,
  project_unknown, dependency_name, dependency_version, already_public, public_where, exploited, exploit_evidence, state,
  state_since, changed_at, decline_reason, cvss_vector, cvss_score, severity, cwe_ids)
SELECT 100 + i, 'WSC-AAAA-000' || i, 'web', now(), %(words)s, repeat('Ein Komponent ', 500) || i, '', '', '', true, 'tokio', '', false,
  '', false, '', 'received', now(), now(), '', CASE WHEN i = 3 THEN %(vector)s ELSE '' END, CASE WHEN i = 3 THEN 9.3 END,
  CASE WHEN i = 3 THEN 'critical' ELSE '' END, '{}' FROM generate_series(1, 3) i;
INSERT INTO reports_grant (id, report_id, role, reason, granted_at) SELECT id, id, 'reporter', 'Reported it.', now() FROM reports_report;
INSERT INTO reports_reporter (id, report_id, grant_id, name, email, credit_wish, credit_name)
SELECT id, id, id, 'Zoë ' || id, CASE WHEN id = 101 THEN 'Zoe@Example.net' ELSE '' END, 'ask', '' FROM reports_report;
INSERT INTO reports_recusal (id, report_id, user_id, reason, recused_at) VALUES (5, 102, 7, 'Wrote it.', now());
INSERT INTO reports_message (id, report_id, reporter_id, audience, channel, body, created_at)
SELECT id, id, id, 'reporter', 'web', 'Gibt es Neues, ' || id || '?', now() FROM reports_report;
INSERT INTO reports_attachment (id, report_id, reporter_id, audience, name, size, sha256, storage_key, picture_key, created_at)
VALUES (9, 101, 101, 'reporter', 'beweis.txt', 7, %(hash)s, %(plain)s, %(picture)s, now()),
       (10, 101, 101, 'reporter', 'verloren.txt', 7, %(hash)s, repeat('4', 32), '', now());
INSERT INTO reports_stagedfile (id, token_hash, submission, name, size, sha256, storage_key, created_at)
VALUES (3, 'token', 'form', 'frueh.txt', 5, %(hash)s, %(early)s, now());
INSERT INTO reports_reportevent (id, report_id, kind, reporter_id, at, details)
SELECT 10 * id, id, 'received', id, now() - interval '2 hours', '{"channel": "web"}' FROM reports_report;
INSERT INTO reports_reportevent (id, report_id, kind, user_id, at, details)
SELECT 10 * id + 1, id, 'acknowledged', 7, now() - interval '1 hour', '{"to": "triage"}' FROM reports_report WHERE id > 101;
INSERT INTO reports_savedview (id, user_id, name, query) VALUES (4, 7, 'Meine', 'q=pfad');
INSERT INTO reports_searchword (report_id, word) SELECT id, unnest(ARRAY['pfad', 'ausbruch', 'zoe', lower(reference)]) FROM reports_report;
INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('k', 'in the open', now() + interval '1 day');
"""  # noqa: E501 - rows as they were


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three files as an earlier version kept them."""
    root = tmp_path_factory.mktemp("files")
    for name, content in ((PLAIN, b"Beweis!"), (PICTURE, b"\x89PNG"), (EARLY, b"frueh")):
        path = root / name[:2] / name[2:4] / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(current, "FILES_ROOT", root)
        yield Store(root)


@pytest.fixture(scope="module")
def updated(files: Store, django_db_setup: database.Clone) -> Iterator[None]:
    """The default connection leads to a database that was filled before the update and has just had it."""
    del files, django_db_setup
    assert current.DATABASE_OWNER
    usual = connection.settings_dict["NAME"]
    with psycopg.connect(postgres.addresses(current.VAR).superuser, autocommit=True) as administration:
        name, owner = sql.Identifier(NAME), sql.Identifier(postgres.OWNER_ROLE)
        administration.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        administration.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        _lead_to(NAME)
        for app, migration in BEFORE.items():
            call_command("migrate", app, migration, verbosity=0)
        with database_roles.as_owner(), connection.cursor() as cursor:
            digest = hashlib.sha256(b"Beweis!").hexdigest()
            cursor.execute(
                f"BEGIN; {FILLED}; COMMIT",
                {"words": WORDS, "hash": digest, "plain": PLAIN, "picture": PICTURE, "early": EARLY, "vector": VECTOR},
            )
        call_command("migrate", verbosity=0)
        yield
        _lead_to(usual)
        administration.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _lead_to(database: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = database
    assert current.DATABASE_OWNER
    current.DATABASE_OWNER["NAME"] = database


@pytest.mark.usefixtures("updated")
def test_nothing_is_lost_and_nothing_stays_readable(files: Store) -> None:
    with acting_as(SYSTEM):
        reports = list(Report.objects.order_by("pk"))
        said = [message.body for message in Message.objects.select_related("report").order_by("pk")]
        reporters = list(Reporter.objects.select_related("report").order_by("pk"))
        proof, lost = Attachment.objects.select_related("report").order_by("pk")
        early = StagedFile.objects.get()
        assert Grant.objects.select_related("report").first().reason == "Reported it."  # type: ignore[union-attr] # there are three
        assert Recusal.objects.select_related("report").get().reason == "Wrote it."
        assert [found.pk for found in search.matching(Report.objects.order_by("pk"), query="Pfad Zoë")] == [
            101,
            102,
            103,
        ]
        assert [(view.name, view.query) for view in saved_views.of(User.objects.get())] == [("Meine", "q=pfad")]

    assert [(report.summary, report.dependency_name, report.impact) for report in reports] == [(WORDS, "tokio", "")] * 3
    assert [report.description[-1] for report in reports] == ["1", "2", "3"]
    assert [(report.cvss31_vector, report.cvss40_vector) for report in reports] == [("", ""), ("", ""), ("", VECTOR)]
    assert said == ["Gibt es Neues, 101?", "Gibt es Neues, 102?", "Gibt es Neues, 103?"]
    assert [each.name for each in reporters] == ["Zoë 101", "Zoë 102", "Zoë 103"]
    assert [each.email_index for each in reporters] == [address_index("zoe@example.net"), "", ""]
    assert (proof.name, proof.size, proof.sha256) == ("beweis.txt", 7, hashlib.sha256(b"Beweis!").hexdigest())
    assert [
        files.open(key, secret=secret).read()
        for key, secret in (
            (proof.storage_key, proof.secret),
            (proof.picture_key, proof.secret),
            (early.storage_key, early.secret),
        )
    ] == [b"Beweis!", b"\x89PNG", b"frueh"]
    with pytest.raises(NoSuchFile):
        staging.store().open(lost.storage_key, secret=lost.secret)
    assert [path for path in files.root.rglob("*") if path.is_file() and b"Beweis" in path.read_bytes()] == []
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
        for table in ("report", "message", "reporter", "attachment", "searchword", "savedview"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM reports_{table} t")  # noqa: S608 - our own tables
            text = cursor.fetchone()[0]
            assert [
                word
                for word in ("pfad", "Gibt", "Zoë", "Zoe@", "beweis")
                if word in text or word.encode().hex() in text
            ] == []


@pytest.mark.usefixtures("updated")
def test_the_history_is_chained_as_if_it_had_always_been() -> None:
    with acting_as(SYSTEM):
        lengths = list(ReportChain.objects.order_by("pk").values_list("length", flat=True))
        places = list(ReportEvent.objects.order_by("report", "seq").values_list("report", "seq", "kind"))

    assert lengths == [1, 2, 2]
    assert places == [
        (101, 1, "received"),
        (102, 1, "received"),
        (102, 2, "acknowledged"),
        (103, 1, "received"),
        (103, 2, "acknowledged"),
    ]
    assert list(verify.findings(tally=Tally())) == []

-- A full portal in a minute: %(reports)s reports, as many years of work leave them. Run as the database's superuser,
-- without foreign keys being looked up for each row; everything below follows from a row's number, so that two
-- databases of one size are alike.
SET session_replication_role = replica;

-- What people write lies open as bytes in tables beside the real ones. sealing.py seals it and moves it there.
CREATE FUNCTION pg_temp.open(words text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT convert_to(words, 'UTF8') $$;
CREATE UNLOGGED TABLE open_reports_report (LIKE reports_report INCLUDING DEFAULTS);
CREATE UNLOGGED TABLE open_reports_grant (LIKE reports_grant INCLUDING DEFAULTS);
CREATE UNLOGGED TABLE open_reports_reporter (LIKE reports_reporter INCLUDING DEFAULTS);
CREATE UNLOGGED TABLE open_reports_message (LIKE reports_message INCLUDING DEFAULTS);
-- What nothing is said of below is false or empty.
DO $$
DECLARE unsaid record;
BEGIN
  FOR unsaid IN
    SELECT attrelid::regclass AS owner, attname AS name, CASE WHEN atttypid = 'boolean'::regtype THEN 'false' ELSE '' END AS value
    FROM pg_attribute
    WHERE attrelid IN ('open_reports_report'::regclass, 'open_reports_grant'::regclass, 'open_reports_reporter'::regclass,
                       'open_reports_message'::regclass)
      AND attnum > 0 AND attnotnull AND NOT atthasdef
      AND atttypid IN ('boolean'::regtype, 'varchar'::regtype, 'text'::regtype, 'bytea'::regtype)
  LOOP
    EXECUTE format('ALTER TABLE %%s ALTER COLUMN %%I SET DEFAULT %%L', unsaid.owner, unsaid.name, unsaid.value);
  END LOOP;
END $$;
SET synchronous_commit = off;
SELECT setseed(0.5);

INSERT INTO teams_user (id, password, github_id, github_login, name, email, is_administrator, is_active, date_joined, delivery)
SELECT i, '!', 7000 + i, 'person' || i, 'Person ' || i, 'person' || i || '@example.org', false, true,
       now() - interval '3 years', 'at_once'
FROM generate_series(1, 40) i;
INSERT INTO teams_termsacceptance (user_id, version, accepted_at)
SELECT i, %(terms)s, now() - interval '1 year' FROM generate_series(1, 40) i;
INSERT INTO teams_project (id, name, repository, description, inactive)
SELECT i, 'project-' || i, 'example/project-' || i, '', '' FROM generate_series(1, 24) i;
INSERT INTO teams_maintainership (id, user_id, project_id, since, reason, ended_reason)
SELECT i, i, 1 + i %% 24, now() - interval '3 years', 'Maintains it.', '' FROM generate_series(1, 40) i;
INSERT INTO teams_securityteammembership (id, user_id, since, reason, ended_reason, is_lead)
SELECT i, i, now() - interval '3 years', 'Joined.', '', i = 1 FROM generate_series(1, %(members)s) i;
INSERT INTO mfa_authenticator (id, user_id, type, data, created_at)
SELECT i, i, 'totp', '{}', now() FROM generate_series(1, 40) i;

-- One row for each report with what the tables below agree on. 15 in 100 are open; the promises of these fall due
-- during the next ten business days or so, a few have just been missed.
CREATE TEMPORARY TABLE plan AS
SELECT i AS id,
       i %% 100 < %(open_percent)s AS is_open,
       (ARRAY['received', 'triage', 'triage', 'identified'])[1 + (i / 100) %% 4] AS open_state,
       now() - (CASE WHEN i %% 100 < %(open_percent)s THEN interval '40 days' ELSE interval '3 years' END)
             * (1 - i::float / %(reports)s) - interval '2 minutes' AS received,
       now() + interval '1 day' * (random() * 12 - 0.05) AS due,
       CASE WHEN i %% 100 < %(open_percent)s AND (i / 100) %% 4 = 0 THEN NULL ELSE 1 + i %% 8 END AS coordinator,
       (i * 579904757) %% 1099511627776 AS code
FROM generate_series(1::bigint, %(reports)s) i;
CREATE INDEX ON plan (id);

INSERT INTO open_reports_report (
  id, reference, submission, channel, received_at, summary, description, affected_versions, reproduction, impact,
  project_unknown, dependency_name, dependency_version, already_public, public_where, exploited, exploit_evidence,
  state, state_since, changed_at, next_due_at, closed_at, decline_reason, coordinator_id, cvss_vector, cvss_score,
  severity, cwe_ids, waiting_since, data_key, data_key_by)
SELECT id,
       %(prefix)s || '-' || string_agg(letter, '' ORDER BY place) FILTER (WHERE place < 4)
                  || '-' || string_agg(letter, '' ORDER BY place) FILTER (WHERE place >= 4),
       md5('report' || id), 'web', received,
       pg_temp.open('Flaw ' || id || ' in the ' || (ARRAY['file', 'network', 'lattice', 'policy', 'key', 'log'])[1 + id %% 6]
         || ' provider lets a component ' || (ARRAY['read', 'write', 'forge', 'delete', 'leak'])[1 + id %% 5]
         || ' what belongs to word' || id %% (%(reports)s::int / 20)),
       pg_temp.open(repeat('A component asks for a path that leaves its folder, and the host follows it. ', 12)), '1.0 to 1.4',
       pg_temp.open(repeat('Start the host, then ask for the path. ', 6)), 'Reads any file of the host.',
       false, '', '', false, '', id %% 50 = 0, '',
       CASE WHEN is_open THEN open_state ELSE 'closed' END, received + interval '1 hour',
       received + interval '9 hours', CASE WHEN is_open THEN due END,
       CASE WHEN NOT is_open THEN received + interval '9 hours' END,
       CASE WHEN NOT is_open THEN (ARRAY['intended', 'ordinary_bug', 'out_of_scope', 'not_reproducible'])[1 + id %% 4] ELSE '' END,
       coordinator,
       CASE WHEN open_state = 'identified' THEN 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N' ELSE '' END,
       CASE WHEN open_state = 'identified' THEN 7.5 END,
       CASE WHEN open_state = 'identified' THEN 'high' ELSE '' END, '{}',
       CASE WHEN is_open AND open_state = 'triage' AND id %% 20 = 0 THEN received + interval '2 hours' END, '', 'none yet'
FROM plan, LATERAL (
  SELECT place, substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (((code >> (5 * place)) & 31) + 1)::int, 1) AS letter
  FROM generate_series(0, 7) place) letters
GROUP BY plan.id, received, due, is_open, open_state, coordinator, code;

INSERT INTO open_reports_grant (id, report_id, role, reason, granted_at, sees_from)
SELECT id, id, 'reporter', 'Reported it.', received, received FROM plan;
INSERT INTO open_reports_reporter (id, report_id, grant_id, name, email, email_index, credit_wish, credit_name)
SELECT id, id, id, pg_temp.open('Reporter ' || id %% 3000), pg_temp.open('reporter' || id %% 3000 || '@example.net'),
       '', 'ask', '' FROM plan;
INSERT INTO reports_accesskey (id, report_id, reporter_id, key_hash, created_at)
SELECT id, id, id, md5('key' || id), received FROM plan;
INSERT INTO reports_affectedproject (report_id, project_id, named_by_reporter)
SELECT id, 1 + (id + other * 7) %% 24, other = 0 FROM plan, generate_series(0, 1) other WHERE other = 0 OR id %% 3 = 0;

INSERT INTO open_reports_message (id, report_id, user_id, reporter_id, audience, channel, body, created_at)
SELECT (id - 1) * %(messages)s + number, id, CASE WHEN number %% 2 = 0 THEN 1 + id %% 8 END,
       CASE WHEN number %% 2 = 1 THEN id END,
       'reporter', 'web', pg_temp.open(repeat('We looked at the folder and the path again, and this is what we saw. ', 6)),
       received + number * interval '2 hours'
FROM plan, generate_series(1, %(messages)s) number;

INSERT INTO reports_clock (report_id, kind, started_at, warn_at, due_at, rule, stopped_at, stopped_by_id)
SELECT id, 'acknowledge', received, received + interval '2 days', received + interval '3 days', 'P7',
       received + interval '1 hour' * (1 + id %% 80), 1 + id %% 8
FROM plan WHERE NOT (is_open AND open_state = 'received');
INSERT INTO reports_clock (report_id, kind, started_at, warn_at, due_at, rule)
SELECT id, CASE WHEN open_state = 'received' THEN 'acknowledge' ELSE 'next_update' END, received,
       due - interval '1 day', due, 'P7'
FROM plan WHERE is_open;
UPDATE reports_clock SET warned_at = warn_at WHERE stopped_at IS NULL AND warn_at < now();
UPDATE reports_clock SET breached_at = due_at WHERE stopped_at IS NULL AND due_at < now();

INSERT INTO reports_reportevent (report_id, seq, previous_hash, hash, kind, user_id, reporter_id, at, details)
SELECT id, number, repeat('0', 64), repeat('0', 64),
       (ARRAY['received', 'acknowledged', 'team_wrote', 'reporter_wrote', 'declined'])[number],
       CASE WHEN number IN (2, 3, 5) THEN 1 + id %% 8 END, CASE WHEN number IN (1, 4) THEN id END,
       received + (number - 1) * interval '2 hours', '{}'
FROM plan, generate_series(1, 5) number
WHERE NOT is_open OR number < 5 AND (open_state <> 'received' OR number = 1);
INSERT INTO reports_reportchain (report_id, length, hash, mac, noted_length)
SELECT report_id, count(*), repeat('0', 64), '', count(*) FROM reports_reportevent GROUP BY report_id;

INSERT INTO reports_notification (
  report_id, kind, user_id, address, dedupe_key, created_at, state, attempts, next_attempt_at, sent_at, error)
SELECT id, 'new_report', member, '', 'new_report:report:' || id || ':user:' || member, received, 'sent', 1, received, received, ''
FROM plan, generate_series(1, 3) member;

"""What the lifecycle of reports must know of their disclosure, as one SQL value: see `reports.disclosing`.

It reads rows of a report that the restricted manager has let through; row-level security holds it as everything else.
"""

from typing import Final

from disclosures.enums import AdvisoryState, CveRoute, CveState, ExceptionKind, ReleaseState, RepositoryAdvisoryState

_APPROVED: Final = """
    SELECT FROM disclosures_approval approval JOIN disclosures_revision revision ON revision.id = approval.revision_id
     WHERE revision.advisory_id = advisory.id AND approval.withdrawn_at IS NULL
       AND revision.number = (SELECT max(number) FROM disclosures_revision WHERE advisory_id = advisory.id)"""

_TOLD: Final = f"'{RepositoryAdvisoryState.PUBLISHED}', '{RepositoryAdvisoryState.WITHDRAWN}'"

_NOT_TAKEN_BACK: Final = f"""
    wish.state IN ('{CveState.NEEDED}', '{CveState.REQUESTED}', '{CveState.ASSIGNED}', '{CveState.PUBLISHED}')
    OR wish.state = '{CveState.REJECTED}' AND wish.route = '{CveRoute.CNA}' AND wish.cve_id IS NOT NULL
       AND wish.rejection_sent_at IS NULL"""
"""Of a withdrawn advisory: its ID stands, may still come, or is rejected here alone."""

STATEMENT: Final = f"""(
  WITH advised AS (
    SELECT advisory.id, advisory.state, EXISTS ({_APPROVED}) AS is_approved
      FROM disclosures_advisory advisory
     WHERE advisory.report_id = %(report)s AND advisory.dropped_at IS NULL),
  concerned AS (
    SELECT project.id, project.name
      FROM reports_affectedproject named JOIN teams_project project ON project.id = named.project_id
     WHERE named.report_id = %(report)s AND project.archived_at IS NULL),
  thanked AS (
    SELECT id FROM reports_report WHERE (id = %(report)s OR duplicate_of_id = %(report)s) AND erased_at IS NULL),
  told AS (
    SELECT DISTINCT product.project_id, advised.id AS advisory_id
      FROM disclosures_affectedproduct product JOIN advised ON advised.id = product.advisory_id
     WHERE advised.is_approved OR advised.state <> '{AdvisoryState.DRAFT}')
  SELECT json_build_object(
    'without_advisory', ARRAY(SELECT name FROM concerned
        WHERE NOT EXISTS (SELECT FROM told WHERE project_id = concerned.id) ORDER BY name),
    'unreleased', ARRAY(SELECT name FROM concerned
        WHERE NOT EXISTS (SELECT FROM disclosures_release
                           WHERE report_id = %(report)s AND project_id = concerned.id
                             AND state = '{ReleaseState.PUBLISHED}') ORDER BY name),
    'unpublished', ARRAY(SELECT DISTINCT name FROM concerned JOIN told ON told.project_id = concerned.id
        WHERE NOT EXISTS (SELECT FROM disclosures_repositoryadvisory
                           WHERE advisory_id = told.advisory_id AND project_id = concerned.id
                             AND state IN ({_TOLD}))
        ORDER BY name),
    'is_published', EXISTS (SELECT FROM advised)
        AND NOT EXISTS (SELECT FROM advised WHERE state = '{AdvisoryState.DRAFT}'),
    'may_go_early', EXISTS (SELECT FROM disclosures_ruleexception
        WHERE report_id = %(report)s AND kind = '{ExceptionKind.EARLY}' AND agreed_at IS NOT NULL
          AND dropped_at IS NULL),
    'without_cve', (SELECT count(*) FROM advised
        WHERE state <> '{AdvisoryState.WITHDRAWN}'
          AND NOT EXISTS (SELECT FROM disclosures_cverequest wish
                           WHERE wish.advisory_id = advised.id
                             AND (wish.state = '{CveState.NOT_NEEDED}' OR wish.spread_at IS NOT NULL
                                  AND wish.state IN ('{CveState.ASSIGNED}', '{CveState.PUBLISHED}')))),
    'unrejected', (SELECT count(*) FROM advised
        WHERE state = '{AdvisoryState.WITHDRAWN}'
          AND (EXISTS (SELECT FROM disclosures_cverequest wish
                        WHERE wish.advisory_id = advised.id AND ({_NOT_TAKEN_BACK}))
               OR NOT EXISTS (SELECT FROM disclosures_cverequest wish WHERE wish.advisory_id = advised.id))),
    'unlinked', ARRAY(SELECT DISTINCT name FROM concerned JOIN told ON told.project_id = concerned.id
        WHERE EXISTS (SELECT FROM disclosures_release
                       WHERE report_id = %(report)s AND project_id = concerned.id
                         AND state = '{ReleaseState.PUBLISHED}')
          AND NOT EXISTS (SELECT FROM disclosures_repositoryadvisory
                           WHERE advisory_id = told.advisory_id AND project_id = concerned.id
                             AND linked_at IS NOT NULL)
        ORDER BY name),
    'unanswered', (SELECT count(*) FROM disclosures_credit credit
        WHERE credit.answer = '' AND credit.report_id IN (SELECT id FROM thanked))
      + (SELECT count(*) FROM reports_reporter reporter
           JOIN reports_grant door ON door.id = reporter.grant_id AND door.revoked_at IS NULL
          WHERE reporter.report_id IN (SELECT id FROM thanked)
            AND NOT EXISTS (SELECT FROM disclosures_credit WHERE reporter_id = reporter.id))))"""  # noqa: S608 - our own words alone

"""GitHub's JSON of an advisory in full, as the sandbox answers it."""

from collections.abc import Mapping

from cvss import CVSS3, CVSS4

from portal.github.shapes import Shaped, Shapes, moment_of
from portal.github.values import Account, AdvisoryState, Affected, Credit, Repository, RepositoryAdvisory


def advisory(
    value: RepositoryAdvisory,
    *,
    repository: Repository,
    fork: Repository | None,
    people: Mapping[str, Account],
    author: Account,
    shapes: Shapes,
) -> Shaped:
    """`people`: whoever is credited or collaborates, by login."""
    v3 = _rated(value.cvss_v3, float(CVSS3(value.cvss_v3).base_score) if value.cvss_v3 else None)
    v4 = _rated(value.cvss_v4, float(CVSS4(value.cvss_v4).base_score) if value.cvss_v4 else None)
    identifiers = [("GHSA", value.ghsa_id), *([("CVE", value.cve_id)] if value.cve_id else [])]
    is_out = value.state in {AdvisoryState.PUBLISHED, AdvisoryState.WITHDRAWN}
    return {
        "ghsa_id": value.ghsa_id,
        "cve_id": value.cve_id or None,
        "url": f"{shapes.web}/api/v3/repos/{repository.full_name}/security-advisories/{value.ghsa_id}",
        "html_url": page_of(repository.full_name, value.ghsa_id, web=shapes.web),
        "summary": value.summary,
        "description": value.description or None,
        "severity": value.severity or None,
        "author": shapes.account(author, kind="Bot" if author.login.endswith("[bot]") else "User"),
        "publisher": shapes.account(author, kind="Bot") if is_out else None,
        "identifiers": [{"type": kind, "value": each} for kind, each in identifiers],
        "state": value.state.value,
        **{name: moment_of(getattr(value, name)) for name in MOMENTS},
        "submission": None if value.accepted is None else {"accepted": value.accepted},
        "vulnerabilities": [_vulnerability(each) for each in value.affected],
        "cvss": v4 if value.cvss_v4 else v3,
        "cvss_severities": {"cvss_v3": v3, "cvss_v4": v4},
        "cwes": [{"cwe_id": each, "name": each} for each in value.cwe_ids],
        "cwe_ids": list(value.cwe_ids),
        "credits": [{"login": credit.login, "type": credit.type} for credit in value.credits],
        "credits_detailed": [_credit(credit, people, shapes) for credit in value.credits],
        "collaborating_users": [shapes.account(people[login]) for login in value.collaborating_users],
        "collaborating_teams": [shapes.team(slug) for slug in value.collaborating_teams],
        "private_fork": {**shapes.repository(fork), "private": True, "fork": True} if fork else None,
    }


MOMENTS = ("created_at", "updated_at", "published_at", "closed_at", "withdrawn_at")


def page_of(full_name: str, ghsa_id: str, *, web: str) -> str:
    return f"{web}/{full_name}/security/advisories/{ghsa_id}"


def _rated(vector: str, score: float | None) -> Shaped:
    return {"vector_string": vector or None, "score": score}


def _vulnerability(affected: Affected) -> Shaped:
    return {
        "package": {"ecosystem": affected.ecosystem, "name": affected.package or None},
        "vulnerable_version_range": affected.versions or None,
        "patched_versions": affected.patched or None,
        "vulnerable_functions": [],
    }


def _credit(credit: Credit, people: Mapping[str, Account], shapes: Shapes) -> Shaped:
    return {"user": shapes.account(people[credit.login]), "type": credit.type, "state": credit.state}

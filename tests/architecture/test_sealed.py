"""Every column that could carry words is sealed, or stands here with the reason why not."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Field, Model

from portal.sealed.fields import SealedField
from portal.sealed.keys import DataKeyField

WORDS = ("char", "varchar", "text", "json", "bytea", "xml", "citext")
"""How the types of such columns begin, arrays of them included."""

AN_EVENT = {
    "kind": "a choice of ours",
    "details": "ids and names of fields, never prose",
    "previous_hash": "a hash",
    "hash": "a hash of the rest, in which there are no words",
}
AN_END = {"hash": "a hash", "mac": "a keyed hash"}

OPEN = {
    # Keys and what is derived from them
    "portal.SealedSecret": {"name": "what a key is for", "data_key_by": "the name of a master key"},
    "reports.AccessKey": {"key_hash": "hash of a random link"},
    "reports.SearchWord": {"word": "keyed hash"},
    "reports.LikenessMark": {"mark": "keyed hash of keyed hashes"},
    "reports.Grouping": {"group": "random"},
    "reports.Finding": {"identity": "keyed hash", "severity": "a choice of ours", "state": "a choice of ours"},
    # Of reports, what the portal itself says or works out
    "reports.Report": {
        "reference": "random, and in every mail",
        "submission": "hash of a random token",
        "data_key_by": "the name of a master key",
        "channel": "a choice of ours",
        "state": "a choice of ours",
        "decline_reason": "a choice of ours",
        "severity": "a choice of ours: lists sort and filter by it",
        "cvss31_vector": "letters of a fixed alphabet: it tells how bad it is, not where",
        "cvss40_vector": "the same",
        "cwe_ids": "numbers of a public catalogue: they tell what kind it is, not where",
    },
    "reports.Message": {
        "audience": "a choice of ours",
        "channel": "a choice of ours",
        "submission": "hash of a random token",
    },
    "reports.Attachment": {
        "audience": "a choice of ours",
        "storage_key": "random",
        "picture_key": "random",
    },
    "reports.Reporter": {"email_index": "keyed hash", "credit_wish": "a choice of ours"},
    "reports.Grant": {"role": "a choice of ours"},
    "reports.Invitation": {"code": "random", "role": "a choice of ours", "answer": "a choice of ours"},
    "reports.ProjectFix": {"fixed_version": "the number of a release: it tells when, not what"},
    "reports.GitHubReport": {
        "ghsa_id": "random, by GitHub",
        "state": "a choice of ours",
        "changed": "names of fields",
    },
    "reports.GitHubErrand": {"kind": "a choice of ours"},
    "reports.AdvisoryWatch": {"etag": "opaque, by GitHub", "trouble": "our own words, of public repositories"},
    "reports.HandOver": {"answer": "a choice of ours"},
    "reports.ChecklistItem": {"work": "a choice of ours"},
    "reports.ReportEvent": AN_EVENT,
    "reports.ReportChain": AN_END,
    "reports.Clock": {"kind": "a choice of ours", "rule": "a sentence of the policy"},
    "reports.Notification": {
        "kind": "a choice of ours",
        "state": "a choice of ours",
        "address": "the escalation address, which is in the policy file, or one of those told ahead, from the settings",
        "dedupe_key": "ids",
        "error": "codes of the mail server",
    },
    "reports.InboundMail": {
        "code": "random",
        "identity": "keyed hash",
        "door": "a choice of ours",
        "state": "a choice of ours",
        "why": "a choice of ours",
        "vouched": "a choice of ours",
        "opened": "a choice of ours",
        "signed": "a choice of ours",
        "sender_index": "keyed hash",
        "data_key_by": "the name of a master key",
        "storage_key": "random",
    },
    "reports.OpenPGPKey": {"came": "a choice of ours"},
    "reports.StagedFile": {
        "token_hash": "hash of a random token",
        "submission": "hash of a random token",
        "data_key_by": "the name of a master key",
        "storage_key": "random",
    },
    "reports.SavedView": {"name_index": "keyed hash"},
    # Of disclosures, what the portal itself works out, and what the world is told
    "disclosures.Advisory": {
        "identifier": "random",
        "state": "a choice of ours",
        "severity": "a choice of ours",
        "cvss31_vector": "letters of a fixed alphabet: it tells how bad it is, not where",
        "cvss40_vector": "the same",
        "cwe_ids": "numbers of a public catalogue: they tell what kind it is, not where",
    },
    "disclosures.AffectedProduct": {"ecosystem": "a choice of ours"},
    "disclosures.Reference": {"kind": "a choice of ours"},
    "disclosures.LeakWaiver": {"finding": "keyed hash"},
    "disclosures.Credit": {
        "kind": "a choice of ours",
        "answer": "a choice of ours",
        "door_hash": "hash of a derived link",
    },
    "disclosures.CreditAnswer": {"answer": "a choice of ours", "channel": "a choice of ours"},
    "disclosures.CreditPlace": {
        "kind": "a choice of ours",
        "state": "a choice of ours",
        "obstacle": "a choice of ours",
    },
    "disclosures.CveRequest": {
        "state": "a choice of ours",
        "route": "a choice of ours",
        "cve_id": "a reserved number: it tells nothing before its record is published",
    },
    "disclosures.PublicIssue": {"marker": "random", "state": "a choice of ours"},
    "disclosures.Release": {
        "state": "a choice of ours",
        "commit": "a hash, of what is public when it is seen",
        "seen_as": "the number of a public release and its commit",
        "vouched_for": "the same",
        "turned_away": "the same",
    },
    "disclosures.RepositoryAdvisory": {
        "state": "a choice of ours",
        "ghsa_id": "random, by GitHub",
        "claimed_id": "the same, as somebody typed it",
    },
    "disclosures.RuleException": {"kind": "a choice of ours"},
    "disclosures.Step": {"kind": "a choice of ours", "state": "a choice of ours"},
    "disclosures.PublishedAdvisory": {
        "identifier": "public", "title": "public", "severity": "public", "cve_ids": "public", "ghsa_ids": "public",
        "projects": "public", "snapshot": "public", "thanked": "public, by their consent", "time_to_fix": "public",
    },
    "disclosures.PublishedFile": dict.fromkeys(("path", "content", "sha256", "signature", "made_by"), "public"),
    "disclosures.PublishedRevision": {"summary": "public", "snapshot": "public"},
    # People of the organisation and their work, which its website and GitHub tell too
    "teams.User": {
        "password": "nobody has one",
        "github_login": "public",
        "name": "public",
        "email": "of members, who are named on the team page",
        "delivery": "a choice of ours",
    },
    "teams.Project": {
        "name": "public",
        "repository": "public",
        "description": "public",
        "inactive": "a choice of ours",
    },
    "teams.Maintainership": {"reason": "of the team, not of a report", "ended_reason": "the same"},
    "teams.SecurityTeamMembership": {"reason": "of the team, not of a report", "ended_reason": "the same"},
    "teams.Evidence": {
        "sign": "a choice of ours",
        "value": "what GitHub says of public repositories",
        "subject": "the same",
        "reason": "of the team, not of a report",
    },
    "teams.SyncRun": {
        "outcome": "a choice of ours",
        "trouble": "our own words",
        "ends": "ids",
        "findings": "our own words, of people and public repositories",
        "warnings": "the same",
    },
    "teams.Departure": {"why": "a choice of ours", "reason": "of the team, not of a report"},
    "teams.Appeal": {"text": "of the team, not of a report", "answer": "the same", "state": "a choice of ours"},
    "teams.PersonalKey": {"certificate": "public by nature", "fingerprint": "the same"},
    "teams.TermsAcceptance": {"version": "of the policy file"},
    "teams.AccountEvent": AN_EVENT,
    "teams.AccountChain": AN_END,
    # What GitHub tells of public repositories, and the demo's own GitHub
    "portal.GitHubAnswer": dict.fromkeys(("question", "path", "next_path", "etag", "rows"), "of public repositories"),
    "portal.GitHubDelivery": dict.fromkeys(("event", "action", "state"), "names of events, and a choice of ours"),
    "portal.SandboxAccount": dict.fromkeys(("login", "teams"), "invented"),
    "portal.SandboxCollaborator": {"role_name": "invented"},
    "portal.SandboxMood": {"trouble": "a choice of ours"},
    "portal.SandboxAdvisory": dict.fromkeys(
        (
            "ghsa_id", "cve_id", "state", "summary", "description", "severity", "cvss_v3", "cvss_v4", "cwe_ids",
            "vulnerabilities", "comments", "credits", "collaborating_users", "collaborating_teams",
        ),
        "what a demo wrote, of invented reports alone",
    ),
    "portal.SandboxIssue": dict.fromkeys(("title", "text"), "what a demo wrote, of invented reports alone"),
    "portal.SandboxFault": dict.fromkeys(("verb", "how"), "choices of ours"),
    "portal.SandboxRelease": dict.fromkeys(("tag", "name", "notes", "commit"), "invented"),
    "portal.SandboxRepository": dict.fromkeys(("full_name", "former_names", "description"), "invented"),
    "portal.SandboxWrite": dict.fromkeys(
        ("method", "path", "body", "verb", "about"), "what a demo wrote, of invented reports alone"
    ),
    # The kernel
    "portal.LedgerEntry": {**AN_EVENT, "book": "its one name"},
    "portal.LedgerHead": {**AN_END, "name": "its one name"},
    "portal.Heartbeat": {"name": "a part of the portal"},
    "portal.RateBucket": {"key": "keyed hash"},
    "portal.SharedValue": {"key": "keyed hash", "value": "counts and moments of allauth, and used codes"},
    # Parts of others
    "sessions.Session": {"session_key": "random, good for twelve hours", "session_data": "sealed by its engine"},
    "admin.LogEntry": {
        "object_id": "a number",
        "object_repr": "`__str__`, which names nothing of a report but its reference",
        "change_message": "names of fields",
    },
    "auth.Permission": {"name": "ours", "codename": "ours"},
    "auth.Group": {"name": "unused"},
    "contenttypes.ContentType": {"app_label": "ours", "model": "ours"},
    "account.EmailAddress": {"email": "unused: people sign in with GitHub"},
    "account.EmailConfirmation": {"key": "unused"},
    "socialaccount.SocialAccount": {
        "provider": "github",
        "uid": "the number of a GitHub account",
        "extra_data": "the public profile on GitHub",
    },
    "socialaccount.SocialApp": {
        "provider": "unused: apps are in the settings", "provider_id": "unused", "name": "unused",
        "client_id": "unused", "secret": "unused", "key": "unused", "settings": "unused",
    },
    "socialaccount.SocialToken": {"token": "unused: no token is kept", "token_secret": "the same"},
    "mfa.Authenticator": {"type": "a choice of allauth", "data": "its secrets are sealed by our adapter"},
    "usersessions.UserSession": {
        "session_key": "random, good for twelve hours",
        "user_agent": "of members",
        "data": "unused",
    },
    "django_q.OrmQ": {"key": "the queue's name", "payload": "the name of a task, and ids"},
    "django_q.Task": {
        "id": "random", "name": "random", "func": "the name of a task", "hook": "unused", "args": "ids",
        "kwargs": "unused", "result": "our own words", "group": "unused", "cluster": "unused",
    },
    "django_q.Schedule": {
        "name": "ours", "func": "the name of a task", "hook": "unused", "args": "unused", "kwargs": "unused",
        "intended_date_kwarg": "unused", "schedule_type": "a choice", "task": "random", "cron": "unused",
        "cluster": "unused",
    },
}  # fmt: skip


def columns_of_words(model: type[Model]) -> set[str]:
    def can_carry(field: "Field[object, object]") -> bool:
        kind = field.db_type(connection) or ""
        return kind.startswith(WORDS) and not isinstance(field, SealedField | DataKeyField)

    return {field.name for field in model._meta.local_concrete_fields if can_carry(field)}  # noqa: SLF001 - Django's model API


MODELS = {
    model._meta.label: model  # noqa: SLF001 - as above
    for model in apps.get_models(include_auto_created=True)
    if model._meta.managed and not model._meta.proxy  # noqa: SLF001 - as above
}


@pytest.mark.parametrize("label", sorted(MODELS))
def test_whatever_could_carry_words_is_sealed_or_has_a_reason_not_to_be(label: str) -> None:
    assert columns_of_words(MODELS[label]) == set(OPEN.get(label, {}))


def test_no_reason_outlives_its_column() -> None:
    assert set(OPEN) <= set(MODELS)


@pytest.mark.parametrize(
    ("label", "names"),
    [
        (
            "reports.Report",
            {
                "summary", "description", "affected_versions", "reproduction", "impact", "dependency_name",
                "dependency_version", "public_where", "exploit_evidence",
            },
        ),
        ("reports.Message", {"body"}),
        ("reports.Attachment", {"name", "sha256", "secret"}),
        ("reports.Reporter", {"name", "email", "credit_name"}),
        ("reports.Grant", {"reason"}),
        ("reports.Recusal", {"reason"}),
        ("reports.StagedFile", {"name", "sha256", "secret"}),
        ("reports.SavedView", {"name", "query"}),
    ],
)  # fmt: skip
def test_what_people_write_is_sealed(label: str, names: set[str]) -> None:
    fields = MODELS[label]._meta.local_concrete_fields  # noqa: SLF001 - as above

    assert {field.name for field in fields if isinstance(field, SealedField)} == names

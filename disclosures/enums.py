from enum import StrEnum

from django.db import models


class AdvisoryState(models.TextChoices):
    """Where an advisory stands before the world. Whether it is approved follows from its revisions."""

    DRAFT = "draft", "draft"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"


class ReferenceKind(models.TextChoices):
    """What a reference leads to, in OSV's words."""

    ADVISORY = "advisory", "an advisory"
    FIX = "fix", "the fix"
    REPORT = "report", "a report"
    ARTICLE = "article", "an article"
    EVIDENCE = "evidence", "a demonstration"
    WEB = "web", "something else"


class CveState(models.TextChoices):
    """How far a vulnerability is from its CVE ID (P15)."""

    NEEDED = "needed", "needed"
    NOT_NEEDED = "not_needed", "not needed"
    REQUESTED = "requested", "requested"
    ASSIGNED = "assigned", "assigned"
    PUBLISHED = "published", "published"
    REJECTED = "rejected", "rejected"
    DISPUTED = "disputed", "disputed"


class CveRoute(models.TextChoices):
    """Where the ID comes from."""

    GITHUB = "github", "GitHub"
    CNA = "cna", "our own CNA, by CVE Services"
    BY_HAND = "by_hand", "entered by hand"


class CreditKind(models.TextChoices):
    """What somebody is thanked for, in GitHub's words."""

    ANALYST = "analyst", "analyst"
    FINDER = "finder", "finder"
    REPORTER = "reporter", "reporter"
    COORDINATOR = "coordinator", "coordinator"
    REMEDIATION_DEVELOPER = "remediation_developer", "remediation developer"
    REMEDIATION_REVIEWER = "remediation_reviewer", "remediation reviewer"
    REMEDIATION_VERIFIER = "remediation_verifier", "remediation verifier"
    TOOL = "tool", "tool"
    SPONSOR = "sponsor", "sponsor"
    OTHER = "other", "other"


class CreditAnswerKind(models.TextChoices):
    """What a person said when they were asked how they want to be named (P17)."""

    NAMED = "named", "by this name"
    ANONYMOUS = "anonymous", "anonymously"
    NOT_AT_ALL = "not_at_all", "not at all"
    WITHDRAWN = "withdrawn", "not any more"


class AnswerChannel(models.TextChoices):
    """How an answer about credit reached us."""

    PAGE = "page", "their page"
    MAIL = "mail", "mail"
    IN_PERSON = "in_person", "told a member of the team"
    SILENCE = "silence", "no answer, asked twice"


class CreditPlaceKind(models.TextChoices):
    """Where a name was printed."""

    PAGE = "page", "the public page"
    TEXT = "text", "the advisory's own words"
    GITHUB = "github", "the advisory on GitHub"
    RELEASE_NOTES = "release_notes", "the release notes"
    OSV = "osv", "the OSV record"
    CSAF = "csaf", "the CSAF document"
    CVE = "cve", "the CVE record"
    THANKS = "thanks", "the acknowledgements"
    COPIES = "copies", "copies that others took"


class PlaceState(models.TextChoices):
    """What became of a name that is to go."""

    STANDS = "stands", "still there"
    CHANGED = "changed", "taken out"
    BEYOND_US = "beyond_us", "beyond our reach"


class PlaceObstacle(models.TextChoices):
    """Why the portal gave up a name that is to go, in a sentence for people."""

    CLOSED = "closed", "The advisory is closed there: nothing can be changed in it any more."
    WITHDRAWN = "withdrawn", "GitHub has withdrawn the advisory, and takes no change to it."
    ARCHIVED = "archived", "The repository is archived: nothing can be changed there any more."
    GONE = "gone", "The advisory is not there any more, or the portal may not see it."
    STAYS = "stays", "It was written again several times, and the name still stands there."


class ReleaseState(models.TextChoices):
    """What was last seen of a planned release on GitHub."""

    PLANNED = "planned", "not seen yet"
    DRAFT = "draft", "a draft"
    PRERELEASE = "prerelease", "a pre-release"
    PUBLISHED = "published", "published"
    DELETED = "deleted", "deleted again"
    RETAGGED = "retagged", "its tag was moved"
    DOUBTFUL = "doubtful", "to be looked at"


class RepositoryAdvisoryState(models.TextChoices):
    """What was last seen of an advisory in one repository: ours first, then GitHub's words."""

    ABSENT = "absent", "not there yet"
    TRIAGE = "triage", "in triage"
    DRAFT = "draft", "a draft"
    PUBLISHED = "published", "published"
    CLOSED = "closed", "closed"
    WITHDRAWN = "withdrawn", "withdrawn"


class ExceptionKind(models.TextChoices):
    """A rule of the policy that people decided not to keep this once, for a reason that stays on record."""

    EARLY = "early", "disclosed before the fix is released"
    ANOTHER_DAY = "another_day", "published on another day than the release"


class EarlyGround(models.TextChoices):
    """Why the world is told before there is a release (P12)."""

    PUBLIC = "public", "it is public elsewhere"
    EXPLOITED = "exploited", "it is being exploited"
    MITIGATION = "mitigation", "people can help themselves before there is a release"


class StepKind(models.TextChoices):
    """What the conductor does on the day, in this order."""

    ADOPT = "adopt", "Advisory that somebody named looked up on GitHub"
    DRAFT = "draft", "Draft advisory on GitHub"
    COLLABORATORS = "collaborators", "Patch team let into the draft"
    FORK = "fork", "Private fork"
    RELEASE = "release", "Release seen"
    RELEASED = "released", "Report marked as released, reporter told"
    PUBLISH = "publish", "Advisory published on GitHub"
    VISIBLE = "visible", "Its public page opened by a stranger"
    NOTES = "notes", "Link in the release notes"
    PAGE = "page", "Our own page and feeds"
    DISCLOSED = "disclosed", "Report marked as disclosed"
    TELL = "tell", "Thanks to the reporter, word to the team"
    CVE = "cve", "CVE ID asked for"
    REWRITE = "rewrite", "What came later written to GitHub"


class StepState(models.TextChoices):
    WAITING = "waiting", "waiting"
    RUNNING = "running", "at work"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    SKIPPED = "skipped", "not needed"


class TimeToFix(models.TextChoices):
    """How long a vulnerability took from its report to its publication, no closer than anybody needs to know."""

    MONTH = "month", "within 30 days"
    QUARTER = "quarter", "within 90 days"
    LONGER = "longer", "longer"


class PublicityState(models.TextChoices):
    """What became of the wish to make a report an ordinary issue."""

    ASKED = "asked", "the reporter is asked"
    AGREED = "agreed", "the reporter agreed"
    REFUSED = "refused", "the reporter does not want it"
    DROPPED = "dropped", "it was dropped, or other words took its place"
    MADE = "made", "it is public"


class Task(StrEnum):
    """Background work, by the name of its function: whoever rings need not import what answers."""

    CONDUCT = "disclosures.tasks.conduct"
    MAKE_PUBLIC = "disclosures.tasks.make_public"
    NUMBER = "disclosures.tasks.number"
    SWEEP = "disclosures.tasks.sweep"
    LOOK = "disclosures.tasks.look"
    LOOK_AT = "disclosures.tasks.look_at"
    HEAR = "disclosures.tasks.hear"

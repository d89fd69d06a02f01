"""One organisation's policy: read from its file once, checked completely, and from then on only values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.policy import credit, cve, flood, releases, team, values
from portal.policy.business_days import BusinessCalendar
from portal.policy.credit import CreditPolicy
from portal.policy.cve import CvePolicy
from portal.policy.flood import FloodPolicy
from portal.policy.keys import Document, IfMissing, Key
from portal.policy.releases import ReleasePolicy
from portal.policy.retention import Retention
from portal.policy.team import TeamPolicy, Terms
from portal.policy.values import Link

SHIPPED = Path(__file__).with_name("policy.toml")
MEGABYTE = 1024 * 1024


class PolicyError(Exception):
    """The policy file cannot be used. The message names the file and each offending key, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    name: str
    github_organisation: str
    homepage: str
    security_address: str
    escalation_address: str
    reference_prefix: str

    @property
    def github_url(self) -> str:
        return f"https://github.com/{self.github_organisation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPolicy:
    acknowledge_business_days: int
    warning_business_days: int
    next_update_business_days: int
    reporter_reminder_days: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPlace:
    """Where the three cases of P6 are better asked; each has at least one link."""

    deployed_application: tuple[Link, ...]
    guidance: tuple[Link, ...]
    updates: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    file_megabytes: int
    total_megabytes: int
    max_files: int

    @property
    def file_bytes(self) -> int:
        return self.file_megabytes * MEGABYTE

    @property
    def total_bytes(self) -> int:
        return self.total_megabytes * MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionPolicy:
    overlooked_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryPolicy:
    """What the words of an advisory are held against before they go out, and when it counts in public statistics."""

    internal_names: tuple[str, ...]
    statistics_delay_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    organisation: Organisation
    calendar: BusinessCalendar
    clock: ClockPolicy
    wrong_place: WrongPlace
    release: ReleasePolicy
    uploads: UploadLimits
    retention: Retention
    attention: AttentionPolicy
    flood: FloodPolicy
    cve: CvePolicy
    advisories: AdvisoryPolicy
    credit: CreditPolicy
    team: TeamPolicy
    terms: Terms


_SHIPPED = IfMissing.TAKE_SHIPPED

NAME = Key("organisation.name", values.text)
GITHUB_ORGANISATION = Key("organisation.github_organisation", values.github_organisation)
HOMEPAGE = Key("organisation.homepage", values.web_address)
SECURITY_ADDRESS = Key("organisation.security_address", values.mail_address)
ESCALATION_ADDRESS = Key("organisation.escalation_address", values.mail_address)
REFERENCE_PREFIX = Key("organisation.reference_prefix", values.reference_prefix)
TIME_ZONE = Key("calendar.time_zone", values.zone)
DAY_ENDS_AT = Key("calendar.day_ends_at", values.clock_time, _SHIPPED)
CLOSED_WEEKDAYS = Key("calendar.closed_weekdays", values.some_weekdays, _SHIPPED)
HOLIDAY_COUNTRIES = Key("calendar.holiday_countries", values.list_of(values.region))
EXTRA_CLOSED_DAYS = Key("calendar.extra_closed_days", values.days, IfMissing.TAKE_EMPTY_LIST)
ACKNOWLEDGE_DAYS = Key("clock.acknowledge_business_days", values.whole_number(1, 30), _SHIPPED)
WARNING_DAYS = Key("clock.warning_business_days", values.whole_number(0, 29), _SHIPPED)
NEXT_UPDATE_DAYS = Key("clock.next_update_business_days", values.whole_number(1, 60), _SHIPPED)
REMINDER_DAYS = Key(
    "clock.reporter_reminder_days", values.ascending(values.list_of(values.whole_number(1, 365))), _SHIPPED
)
DEPLOYED_APPLICATION = Key("wrong_place.deployed_application", values.links)
GUIDANCE = Key("wrong_place.guidance", values.links)
UPDATES = Key("wrong_place.updates", values.links)
FILE_MEGABYTES = Key("uploads.file_megabytes", values.whole_number(1, 1024), _SHIPPED)
TOTAL_MEGABYTES = Key("uploads.total_megabytes", values.whole_number(1, 10240), _SHIPPED)
OVERLOOKED_DAYS = Key("attention.overlooked_days", values.whole_number(1, 90), _SHIPPED)
INTERNAL_NAMES = Key("advisories.internal_names", values.list_of(values.text), IfMissing.TAKE_EMPTY_LIST)
STATISTICS_DELAY_DAYS = Key("advisories.statistics_delay_days", values.whole_number(7, 365), _SHIPPED)
MAX_FILES = Key("uploads.max_files", values.whole_number(1, 200), _SHIPPED)
IDENTITIES_MONTHS = Key("retention.identities_months", values.whole_number(0, 600), _SHIPPED)
REPORTS_MONTHS = Key("retention.reports_months", values.whole_number(0, 600), _SHIPPED)
UNWANTED_MAIL_DAYS = Key("retention.unwanted_mail_days", values.whole_number(0, 3650), _SHIPPED)

KEYS: tuple[Key[object], ...] = (
    NAME,
    GITHUB_ORGANISATION,
    HOMEPAGE,
    SECURITY_ADDRESS,
    ESCALATION_ADDRESS,
    REFERENCE_PREFIX,
    TIME_ZONE,
    DAY_ENDS_AT,
    CLOSED_WEEKDAYS,
    HOLIDAY_COUNTRIES,
    EXTRA_CLOSED_DAYS,
    ACKNOWLEDGE_DAYS,
    WARNING_DAYS,
    NEXT_UPDATE_DAYS,
    REMINDER_DAYS,
    DEPLOYED_APPLICATION,
    GUIDANCE,
    UPDATES,
    FILE_MEGABYTES,
    TOTAL_MEGABYTES,
    MAX_FILES,
    IDENTITIES_MONTHS,
    REPORTS_MONTHS,
    UNWANTED_MAIL_DAYS,
    OVERLOOKED_DAYS,
    *flood.KEYS,
    *cve.KEYS,
    INTERNAL_NAMES,
    STATISTICS_DELAY_DAYS,
    *releases.KEYS,
    *credit.KEYS,
    *team.KEYS,
)
SECTIONS = frozenset(key.path.partition(".")[0] for key in KEYS)


def load(path: Path = SHIPPED) -> Policy:
    """Raises `PolicyError` with everything that is wrong with the file, not only the first of it."""
    own, mistakes = _flattened(_read(path))
    shipped, _ = _flattened(_read(SHIPPED))
    inherited = {key.path: shipped[key.path] for key in KEYS if key.if_missing is _SHIPPED}
    document = inherited | own
    mistakes += [mistake for key in KEYS for mistake in key.mistakes(document)]
    if not mistakes:
        mistakes = _contradictions(document)
    if mistakes:
        raise PolicyError("\n".join([f"The policy file {path} cannot be used.", *mistakes]))
    return _policy(document)


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as reason:
        raise PolicyError(f"The policy file {path} cannot be read: {reason.strerror}.") from reason
    except UnicodeDecodeError as reason:
        raise PolicyError(f"The policy file {path} is not UTF-8 text.") from reason
    except tomllib.TOMLDecodeError as reason:
        raise PolicyError(f"The policy file {path} is not valid TOML: {reason}.") from reason


def _flattened(tables: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """The raw values by their full keys, and what nobody knows."""
    document: dict[str, object] = {}
    mistakes: list[str] = []
    known = {key.path for key in KEYS}
    for section, table in tables.items():
        if section not in SECTIONS:
            mistakes.append(f"{section}: is not a section of the policy")
        elif not isinstance(table, Mapping):
            mistakes.append(f"{section}: must be a table, written as [{section}]")
        else:
            document |= {f"{section}.{key}": value for key, value in table.items()}
    mistakes += [f"{key}: is not a key of the policy" for key in document if key not in known]
    return document, mistakes


def _contradictions(document: Document) -> list[str]:
    mistakes = []
    warning = WARNING_DAYS.value(document)
    mistakes += [
        f"{WARNING_DAYS.path}: must be less than {key.path}, which is {key.value(document)}"
        for key in (ACKNOWLEDGE_DAYS, NEXT_UPDATE_DAYS)
        if warning >= key.value(document)
    ]
    if FILE_MEGABYTES.value(document) > (total := TOTAL_MEGABYTES.value(document)):
        mistakes.append(f"{FILE_MEGABYTES.path}: must not be more than {TOTAL_MEGABYTES.path}, which is {total}")
    if 0 < (reports := REPORTS_MONTHS.value(document)) < IDENTITIES_MONTHS.value(document):
        mistakes.append(f"{IDENTITIES_MONTHS.path}: must not be more than {REPORTS_MONTHS.path}, which is {reports}")
    return mistakes


def _policy(document: Document) -> Policy:
    return Policy(
        organisation=Organisation(
            name=NAME.value(document),
            github_organisation=GITHUB_ORGANISATION.value(document),
            homepage=HOMEPAGE.value(document),
            security_address=SECURITY_ADDRESS.value(document),
            escalation_address=ESCALATION_ADDRESS.value(document),
            reference_prefix=REFERENCE_PREFIX.value(document),
        ),
        calendar=BusinessCalendar(
            zone=TIME_ZONE.value(document),
            day_ends_at=DAY_ENDS_AT.value(document),
            closed_weekdays=CLOSED_WEEKDAYS.value(document),
            holiday_regions=HOLIDAY_COUNTRIES.value(document),
            extra_closed_days=EXTRA_CLOSED_DAYS.value(document),
        ),
        clock=ClockPolicy(
            acknowledge_business_days=ACKNOWLEDGE_DAYS.value(document),
            warning_business_days=WARNING_DAYS.value(document),
            next_update_business_days=NEXT_UPDATE_DAYS.value(document),
            reporter_reminder_days=REMINDER_DAYS.value(document),
        ),
        wrong_place=WrongPlace(
            deployed_application=DEPLOYED_APPLICATION.value(document),
            guidance=GUIDANCE.value(document),
            updates=UPDATES.value(document),
        ),
        release=releases.release(document),
        uploads=UploadLimits(
            file_megabytes=FILE_MEGABYTES.value(document),
            total_megabytes=TOTAL_MEGABYTES.value(document),
            max_files=MAX_FILES.value(document),
        ),
        retention=Retention(
            identities_months=IDENTITIES_MONTHS.value(document),
            reports_months=REPORTS_MONTHS.value(document),
            unwanted_mail_days=UNWANTED_MAIL_DAYS.value(document),
        ),
        attention=AttentionPolicy(overlooked_days=OVERLOOKED_DAYS.value(document)),
        flood=flood.flood(document),
        cve=cve.cve(document),
        advisories=AdvisoryPolicy(
            internal_names=INTERNAL_NAMES.value(document),
            statistics_delay_days=STATISTICS_DELAY_DAYS.value(document),
        ),
        credit=credit.credit(document),
        team=team.team(document),
        terms=team.terms(document),
    )

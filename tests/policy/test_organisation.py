import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from portal.policy.business_days import Weekday
from portal.policy.deadlines import ACKNOWLEDGE
from portal.policy.organisation import KEYS, SHIPPED, PolicyError, load
from portal.policy.values import Link

ELSEWHERE = """
[organisation]
name = "Bergwerk e.V."
github_organisation = "bergwerk"
homepage = "https://bergwerk.example"
security_address = "sicherheit@bergwerk.example"
escalation_address = "vorstand@bergwerk.example"
reference_prefix = "BW"

[calendar]
time_zone = "Europe/Berlin"
day_ends_at = "17:30"
closed_weekdays = ["Saturday", "Sunday"]
holiday_countries = ["DE-BY"]
extra_closed_days = [2026-12-24, "2026-12-31"]

[clock]
acknowledge_business_days = 2
warning_business_days = 1
next_update_business_days = 10
reporter_reminder_days = [3, 10, 30]

[wrong_place]
deployed_application = { label = "Ask its makers", url = "https://bergwerk.example/apps" }
guidance = { label = "Handbook", url = "https://bergwerk.example/handbook" }
updates = { label = "Forum", url = "https://forum.bergwerk.example" }

[release]
avoid_weekdays = ["Friday"]
avoid_holidays = false

[uploads]
file_megabytes = 10
total_megabytes = 40
max_files = 5

[retention]
identities_months = 12
reports_months = 60

[attention]
overlooked_days = 3

[flood]
most_from_one_sender = 3
sender_hours = 12

[cve]
reminder_days = [10, 20]

[advisories]
internal_names = ["Stollen Sieben"]

[team]
maintainer_roles = ["admin", "Steiger"]
maintainer_teams = { Hauer = ["Grube", "halde"] }
active_days = 180
largest_end_percent = 10
grace_days = 3

[terms]
version = "1865"
responsibilities = ["I come up when the bell rings."]
confidentiality = ["What lies below stays below."]
"""


@pytest.mark.parametrize(("there_are", "may_end"), [(0, 1), (1, 1), (9, 1), (10, 1), (19, 1), (20, 2), (100, 10)])
def test_a_share_is_rounded_down_and_one_may_always_end(tmp_path: Path, there_are: int, may_end: int) -> None:
    assert load(written(tmp_path, ELSEWHERE)).team.ends_without_asking(there_are) == may_end


def written(folder: Path, content: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(content, encoding="utf-8")
    return path


def with_line(key: str, value: str) -> str:
    changed, count = re.subn(rf"^{key} = .*$", lambda _: f"{key} = {value}", ELSEWHERE, flags=re.MULTILINE)
    assert count == 1
    return changed


def without_line(key: str) -> str:
    return re.sub(rf"^{key} = .*\n", "", ELSEWHERE, flags=re.MULTILINE)


def mistakes(path: Path) -> list[str]:
    """The lines of the refusal after the first, which names the file."""
    with pytest.raises(PolicyError) as refusal:
        load(path)
    first, *others = str(refusal.value).splitlines()
    assert first == f"The policy file {path} cannot be used."
    return others


def test_the_shipped_policy_is_complete_and_keeps_its_numbers() -> None:
    policy = load()

    content = SHIPPED.read_text(encoding="utf-8")
    unwritten = [key.path for key in KEYS if key.path.partition(".")[2] not in content]
    assert unwritten == []
    assert policy.organisation.reference_prefix == "WSC"
    assert policy.organisation.github_url == "https://github.com/wasmCloud"
    assert policy.clock.acknowledge_business_days == 3
    assert policy.clock.reporter_reminder_days == (7, 21)
    assert (policy.retention.identities_months, policy.retention.reports_months) == (24, 0)
    assert policy.retention.unwanted_mail_days == 30
    assert (policy.uploads.file_bytes, policy.uploads.total_bytes) == (26_214_400, 104_857_600)
    assert policy.wrong_place.guidance == (
        Link(label="Read the documentation", url="https://wasmcloud.dev"),
        Link(label="Ask in Slack", url="https://slack.wasmcloud.com/"),
    )


def test_another_organisation_brings_its_own_everything(tmp_path: Path) -> None:
    policy = load(written(tmp_path, ELSEWHERE))

    assert policy.organisation.name == "Bergwerk e.V."
    assert policy.calendar.zone.key == "Europe/Berlin"
    assert policy.calendar.day_ends_at == time(17, 30)
    assert policy.calendar.extra_closed_days == {date(2026, 12, 24), date(2026, 12, 31)}
    assert policy.clock.reporter_reminder_days == (3, 10, 30)
    assert policy.wrong_place.updates == (Link(label="Forum", url="https://forum.bergwerk.example"),)
    assert policy.release.avoid_weekdays == {Weekday.FRIDAY}
    assert policy.uploads.max_files == 5
    assert (policy.retention.identities_months, policy.retention.reports_months) == (12, 60)
    assert policy.attention.overlooked_days == 3
    assert (policy.flood.most_from_one_sender, policy.flood.sender_hours, policy.flood.ask_again_days) == (3, 12, 14)
    assert policy.advisories.internal_names == ("Stollen Sieben",)
    assert policy.team.maintainer_roles == {"admin", "steiger"}
    assert policy.team.maintainer_teams == {"hauer": {"grube", "halde"}}
    assert policy.team.active_span == timedelta(days=180)
    assert policy.terms.confidentiality == ("What lies below stays below.",)


@pytest.mark.clause("P7")
def test_another_organisation_keeps_the_holidays_of_its_subdivision(tmp_path: Path) -> None:
    bavaria = load(written(tmp_path, ELSEWHERE))
    (tmp_path / "other").mkdir()
    berlin = load(written(tmp_path / "other", with_line("holiday_countries", '["DE-BE"]')))
    received_at = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)  # the eve of Corpus Christi

    dues = [ACKNOWLEDGE.due(received_at, policy=policy) for policy in (bavaria, berlin)]

    assert [due.isoformat() for due in dues] == ["2026-06-08T17:30:00+02:00", "2026-06-05T17:30:00+02:00"]


def test_a_policy_that_leaves_the_optional_keys_out_takes_the_shipped_numbers(tmp_path: Path) -> None:
    needed = ELSEWHERE.partition("[calendar]")[0] + (
        '[calendar]\ntime_zone = "Europe/Berlin"\nholiday_countries = []\n'
        + ELSEWHERE[ELSEWHERE.index("[wrong_place]") : ELSEWHERE.index("[release]")]
    )

    policy, shipped = load(written(tmp_path, needed)), load()

    assert policy.clock == shipped.clock
    assert policy.release == shipped.release
    assert policy.uploads == shipped.uploads
    assert policy.attention == shipped.attention
    assert policy.team == shipped.team
    assert policy.terms == shipped.terms
    assert policy.calendar.day_ends_at == shipped.calendar.day_ends_at
    assert policy.calendar.closed_weekdays == {Weekday.SATURDAY, Weekday.SUNDAY}
    assert policy.calendar.holiday_regions == ()
    assert policy.calendar.extra_closed_days == frozenset()


LINE = "must be a line of text of up to 200 characters"
MAIL = "must be an e-mail address"
WEB = "must be a web address beginning with https:// or http://"
ZONE = 'must be the name of a time zone like "Europe/Berlin"'
TIME = 'must be a time of day from "00:01" to "23:59"'
REGION = 'must be a country with known holidays like "US", or a subdivision like "DE-BY"'
ALL_WEEK = '["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]'
PATHS = {key.path.partition(".")[2]: key.path for key in KEYS}


@pytest.mark.parametrize(
    ("key", "value", "mistake"),
    [
        ("name", '""', f"{LINE}, not ''"),
        ("name", "7", f"{LINE}, not 7"),
        ("name", r'"Berg\u202ewerk"', rf"{LINE}, not 'Berg\u202ewerk'"),
        (
            "github_organisation",
            '"-berg/werk"',
            "must be the name of a GitHub organisation, not '-berg/werk'",
        ),
        ("homepage", '"javascript:alert(1)"', f"{WEB}, not 'javascript:alert(1)'"),
        ("homepage", '"https://[broken"', f"{WEB}, not 'https://[broken'"),
        ("homepage", '"https://you:me@bergwerk.example"', f"{WEB}, not 'https://you:me@bergwerk.example'"),
        ("security_address", '"sicherheit"', f"{MAIL}, not 'sicherheit'"),
        (
            "escalation_address",
            r'"a@b.example\nBcc: c@d.example"',
            rf"{MAIL}, not 'a@b.example\nBcc: c@d.example'",
        ),
        ("reference_prefix", '"bw-1"', "must be two to six capital letters, not 'bw-1'"),
        ("time_zone", '"Europe/Atlantis"', f"{ZONE}, not 'Europe/Atlantis'"),
        ("time_zone", '"../../etc/passwd"', f"{ZONE}, not '../../etc/passwd'"),
        ("day_ends_at", '"24:00"', f"{TIME}, not '24:00'"),
        ("day_ends_at", '"00:00"', f"{TIME}, not '00:00'"),
        ("closed_weekdays", '["Caturday"]', "must be a day of the week like \"Friday\", not 'Caturday'"),
        ("closed_weekdays", ALL_WEEK, "must leave at least one day of the week"),
        ("holiday_countries", '["DE-XX"]', f"{REGION}, not 'DE-XX'"),
        ("holiday_countries", '["Atlantis"]', f"{REGION}, not 'Atlantis'"),
        ("holiday_countries", '["DE-"]', f"{REGION}, not 'DE-'"),
        ("holiday_countries", "[49]", f"{REGION}, not 49"),
        ("holiday_countries", '"DE"', "must be a list, not 'DE'"),
        ("extra_closed_days", '["2026-02-30"]', "must be a date like 2026-12-24, not '2026-02-30'"),
        ("extra_closed_days", "[20261224]", "must be a date like 2026-12-24, not 20261224"),
        ("maintainer_roles", "[]", "must have at least one name"),
        ("maintainer_roles", '["ad min"]', "must be a name as GitHub has them, not 'ad min'"),
        ("maintainer_teams", '["hauer"]', "must be a table of names, each with a list of names, not ['hauer']"),
        ("maintainer_teams", "{ hauer = [] }", "must have at least one name"),
        ("active_days", "7", "must be a whole number from 30 to 3650, not 7"),
        ("largest_end_percent", "0", "must be a whole number from 1 to 100, not 0"),
        ("grace_days", "-1", "must be a whole number from 0 to 90, not -1"),
        ("responsibilities", "[]", "must have at least one sentence"),
        ("confidentiality", r'["a\nb"]', rf"{LINE}, not 'a\nb'"),
        ("acknowledge_business_days", '"three"', "must be a whole number from 1 to 30, not 'three'"),
        ("acknowledge_business_days", "true", "must be a whole number from 1 to 30, not True"),
        ("acknowledge_business_days", "0", "must be a whole number from 1 to 30, not 0"),
        ("warning_business_days", "2", "must be less than clock.acknowledge_business_days, which is 2"),
        ("reporter_reminder_days", "[21, 7]", "must be a list of ascending numbers, not [21, 7]"),
        ("reminder_days", "[35, 14]", "must be a list of ascending numbers, not [35, 14]"),
        ("reminder_days", "[0]", "must be a whole number from 1 to 365, not 0"),
        ("updates", '"https://bergwerk.example"', "must be a list, not 'https://bergwerk.example'"),
        ("updates", "[]", "must have at least one link"),
        ("updates", '["Forum"]', "must be a table with the keys label and url, not 'Forum'"),
        ("updates", '{ label = "Forum", url = "ftp://b.example" }', f"url {WEB}, not 'ftp://b.example'"),
        ("updates", '{ label = "", url = "https://b.example" }', f"label {LINE}, not ''"),
        ("avoid_holidays", '"yes"', "must be true or false, not 'yes'"),
        ("file_megabytes", "41", "must not be more than uploads.total_megabytes, which is 40"),
        ("identities_months", "61", "must not be more than retention.reports_months, which is 60"),
        ("reports_months", "-1", "must be a whole number from 0 to 600, not -1"),
        ("max_files", "2.5", "must be a whole number from 1 to 200, not 2.5"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, key: str, value: str, mistake: str) -> None:
    path = written(tmp_path, with_line(key, value))

    assert mistakes(path) == [f"{PATHS[key]}: {mistake}"]


@pytest.mark.parametrize(
    "key",
    [
        "name",
        "security_address",
        "escalation_address",
        "reference_prefix",
        "time_zone",
        "holiday_countries",
        "guidance",
    ],
)
def test_what_only_the_organisation_can_know_must_be_given(tmp_path: Path, key: str) -> None:
    path = written(tmp_path, without_line(key))

    assert mistakes(path) == [f"{PATHS[key]}: is missing"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    content = without_line("name").replace("max_files = 5", 'max_file = 5\ntotal_bytes = "many"')
    path = written(tmp_path, "uploads_too = 1\nclock = 3\n" + content.replace("[clock]", "[clocks]"))

    assert mistakes(path) == [
        "uploads_too: is not a section of the policy",
        "clock: must be a table, written as [clock]",
        "clocks: is not a section of the policy",
        "uploads.max_file: is not a key of the policy",
        "uploads.total_bytes: is not a key of the policy",
        "organisation.name: is missing",
    ]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"

    with pytest.raises(PolicyError) as refusal:
        load(path)

    assert str(refusal.value) == f"The policy file {path} cannot be read: No such file or directory."


def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"cannot be read: Is a directory\."):
        load(tmp_path)


def test_a_file_that_is_not_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, "[organisation\nname = 1")

    with pytest.raises(PolicyError, match=r"is not valid TOML: .*line 1"):
        load(path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b'name = "\xff\xfe"')

    with pytest.raises(PolicyError, match="is not UTF-8 text"):
        load(path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    policy = load(written(tmp_path, "\ufeff" + ELSEWHERE))

    assert policy.organisation.reference_prefix == "BW"

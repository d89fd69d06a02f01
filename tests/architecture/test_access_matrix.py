"""Every address for everybody: who gets which answer, and whether a word of the report stands in it.

Random words stand in all that people write on it. Row-level security is on, as in every test.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType

import pytest
from django.test import Client, override_settings
from pysequoia import Tsk

from reports.keyset import Sort
from tests import cast
from tests.access_matrix import ADMINISTRATION, DEMO, EVERYTHING, OURS, row_of
from tests.canaries import COMMON_WORD, Canaries, planted
from tests.cast import STRANGERS, Stage, Who
from tests.places import OF_A_MAIL, OUR_PLACES, PLACES, Whole, address, asked, named_in, whole

pytestmark = [pytest.mark.urls("tests.demo_urls"), pytest.mark.usefixtures("pooler")]

NEVER_EXISTED = "WSC-0000-0000"
NO_SUCH_ID = 987_654_321

BY_REFERENCE = [name for name, route in PLACES.items() if ":reference>" in route]
BY_CODE = [*OF_A_MAIL, "asked"]
MAY_READ = {(Who.MAINTAINER, "asked")}
"""They are strangers, and the invitation is for them."""
NAMES_THEM = {"admin:reports_reporter_change"}
"""Opening it is asking: it takes the second factor, and stands in the history."""
DOCUMENTS_FOR_ALL = {
    *("acknowledgements-of-year", "advisories-feed", "advisories-index", "advisories-projects", "advisory-cve"),
    *("csaf", "csaf-metadata", "csaf-metadata-too", "osv", "osv-all", "security-txt"),
    *("openpgp-key", "key-directory", "key-directory-policy"),
    *("key-directory-of-domain", "key-directory-policy-of-domain"),
}
PAGES_FOR_ALL = {"advisories", "advisory-page", "advisory-revision", "acknowledgements"}
"""Whoever is signed in gets them with their own menu."""
WITHOUT_ACCOUNT = {Who.ANONYMOUS, Who.REPORTER, Who.OTHER_REPORTER, Who.CO_REPORTER, Who.SWITCHED_OFF}
SHOWS_ALL_MAIL = "demo-mailbox"


@pytest.fixture(scope="module")
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture(scope="module")
def stage(pooler: None, canaries: Canaries) -> Iterator[Stage]:
    """The administrator is one whom the installation names for emergencies, and breaks no glass. There is a key."""
    del pooler
    with (
        cast.standing(lambda: planted(canaries)) as stage,
        override_settings(
            BREAK_GLASS_GITHUB_IDS=[stage.people[Who.ADMINISTRATOR].github_id],
            OPENPGP_KEY=str(Tsk.generate("Team <security@example.org>")),
        ),
    ):
        yield stage


@dataclass
class Answers:
    """What one of the cast gets from the addresses of everything on the stage: nothing is asked twice."""

    who: Who
    stage: Stage
    browser: Client
    wheres: dict[str, str]
    given: dict[tuple[str, str], Whole] = field(default_factory=dict)

    def to(self, method: str, name: str) -> Whole:
        if (method, name) not in self.given:
            answer = asked(self.browser, method, self.wheres[name])
            self.given[method, name] = whole(answer, reference=named_in(name, self.stage))
        return self.given[method, name]

    def words_at(self, name: str) -> str:
        """All that can be read in the answers to both methods, headers included."""
        return "".join(f"{got.headers} {got.content}" for got in (self.to("GET", name), self.to("POST", name)))

    def words_of(self, where: str) -> str:
        """The same of one answer, at an address that is no place's own."""
        answer = asked(self.browser, "GET", where)
        return f"{answer.headers} {answer.getvalue().decode()}"

    def as_if_nothing_were_there(self, method: str, name: str) -> bool:
        """Whether what is on the stage gets the same answer there as what never existed."""
        named = named_in(name, self.stage)
        never = "A" * len(named) if name in BY_CODE else NEVER_EXISTED
        nowhere = self.wheres[name].replace(named, never)
        return self.to(method, name) == whole(asked(self.browser, method, nowhere), reference=never)


@pytest.fixture(scope="module")
def answers(request: pytest.FixtureRequest, stage: Stage) -> Answers:
    """Those of one person; pytest runs the tests of each person together."""
    who = Who(request.param)
    with override_settings(ROOT_URLCONF="tests.demo_urls"):
        wheres = {name: address(name, stage) for name in EVERYTHING}
    return Answers(who, stage, stage.browser(who), wheres)


def test_the_matrix_names_each_address_and_none_that_is_gone() -> None:
    assert {**OURS, **ADMINISTRATION}.keys() == OUR_PLACES.keys()
    assert DEMO.keys() == PLACES.keys() - OUR_PLACES.keys()


@pytest.mark.parametrize("answers", Who, indirect=True, ids=str)
@pytest.mark.clause("P8")
def test_everybody_gets_the_answer_that_the_matrix_says(answers: Answers) -> None:
    said = {
        (method, name): int(status)
        for name in EVERYTHING
        for method, status in zip(("GET", "POST"), row_of(answers.who, name), strict=True)
    }

    got = {(method, name): answers.to(method, name).status for method, name in said}

    assert got == said


@pytest.mark.parametrize("answers", STRANGERS, indirect=True, ids=str)
@pytest.mark.clause("P8")
def test_what_one_may_not_read_looks_as_if_it_had_never_existed(answers: Answers) -> None:
    told_apart = [
        f"{method} {name}"
        for name in (*BY_REFERENCE, *BY_CODE)
        for method in ("GET", "POST")
        if (answers.who, name) not in MAY_READ and not answers.as_if_nothing_were_there(method, name)
    ]

    assert told_apart == []


@pytest.mark.parametrize("answers", STRANGERS, indirect=True, ids=str)
@pytest.mark.clause("P8")
def test_no_stranger_is_shown_a_word_of_it_anywhere(answers: Answers, canaries: Canaries) -> None:
    searches = [
        f"/reports/?q={COMMON_WORD}",
        *(f"/reports/?state=any&sort={sort}" for sort in Sort.values),
        "/reports/?state=closed&reason=withdrawn",
        "/admin/reports/report/?q=WSC",
        "/admin/reports/reportevent/?o=-1",
        f"/admin/reports/reporter/?q={COMMON_WORD}",
    ]

    shown = {name: canaries.found_in(answers.words_at(name)) for name in EVERYTHING if name != SHOWS_ALL_MAIL}
    shown |= {where: canaries.found_in(answers.words_of(where)) for where in searches}

    assert {where: birds for where, birds in shown.items() if birds} == {}


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        (Who.MEMBER, ("words", "identity", "note")),
        (Who.PATCH_TEAM, ("words", "note")),
        (Who.REPORTER, ("words", "identity")),
        (Who.CO_REPORTER, ("words",)),
    ],
    indirect=["answers"],
    ids=str,
)
@pytest.mark.clause("P8")
def test_everybody_who_may_see_some_of_it_sees_only_that(
    answers: Answers, shown: tuple[str, ...], canaries: Canaries
) -> None:
    place = f"/reports/{answers.stage.report.reference}/"
    parts = [f"{place}?part={part}" for part in ("notes", "activity", "files", "original", "access")]

    words = [answers.words_at(name) for name in EVERYTHING if name != SHOWS_ALL_MAIL]
    words += [answers.words_of(part) for part in parts]

    assert {bird for page in words for bird in canaries.found_in(page)} == {getattr(canaries, kind) for kind in shown}


@pytest.mark.parametrize("answers", [Who.MEMBER], indirect=True, ids=str)
@pytest.mark.clause("P8", "P12")
def test_no_page_names_the_reporter_to_a_member_who_has_not_asked(answers: Answers, canaries: Canaries) -> None:
    pages = {name: answers.to("GET", name).content.casefold() for name in EVERYTHING if name != SHOWS_ALL_MAIL}

    assert {name for name, page in pages.items() if canaries.identity in page} == NAMES_THEM


@pytest.mark.parametrize("answers", [Who.MEMBER, Who.PATCH_TEAM, Who.REPORTER], indirect=True, ids=str)
@pytest.mark.clause("P8")
def test_no_title_of_a_page_says_what_a_report_says(answers: Answers, canaries: Canaries) -> None:
    """Titles stand in histories, in windows that are shared, and in the lists of assistants."""
    titles = {name: title_of(answers.to("GET", name).content) for name in EVERYTHING}

    assert {name: title for name, title in titles.items() if canaries.found_in(title)} == {}


def title_of(page: str) -> str:
    found = re.search("<title>(.*?)</title>", page, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("answers", Who, indirect=True, ids=str)
def test_nothing_between_keeps_what_somebody_may_see(answers: Answers) -> None:
    """No page, no file and no refusal: only what everybody is told alike, as `Vary` says for the pages among it."""
    given = {name: answers.to("GET", name).headers for name in EVERYTHING}

    kept = {name for name, headers in given.items() if "no-store" not in headers["Cache-Control"]}
    alike_for_all = {name for name, headers in given.items() if "Cookie" not in headers.get("Vary", "")}

    assert alike_for_all == DOCUMENTS_FOR_ALL
    assert kept == DOCUMENTS_FOR_ALL | (PAGES_FOR_ALL if answers.who in WITHOUT_ACCOUNT else set())


type Spelling = Callable[[str], str]
"""Another way to write a reference, or an address that holds one."""


def alike(
    browser: Client,
    method: str,
    where: str,
    *,
    stage: Stage,
    spelling: Spelling = str,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Whether the report on the stage gets the same answer there as one that never existed."""
    real = stage.report.reference
    there = asked(browser, method, where.replace(real, spelling(real)), **headers)
    nowhere = asked(browser, method, where.replace(real, spelling(NEVER_EXISTED)), **headers)
    return whole(there, reference=real) == whole(nowhere, reference=NEVER_EXISTED)


SPELLINGS: dict[str, Spelling] = {
    "small letters": str.lower,
    "two slashes": lambda reference: f"/{reference}",
    "a dot on the way": lambda reference: f"./{reference}",
    "the same, encoded": lambda reference: f"%2e/{reference}",
    "back and forth": lambda reference: f"{reference}/../{reference}",
    "a dot after it": lambda reference: f"{reference}%2e",
    "a session": lambda reference: f"{reference};jsessionid=1",
    "a format": lambda reference: f"{reference}.json",
    "a space": lambda reference: f"{reference}%20",
    "a letter encoded": lambda reference: f"%57{reference[1:]}",
}
ENDINGS = ("", "/", "//", "/.json", "/?format=json")
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
INTRUDERS = (Who.ANONYMOUS, Who.OTHER_REPORTER, Who.RECUSED, Who.MAINTAINER)
TARGETS = ("report", "report-move", "report-file", "track", "track-file")


@pytest.mark.parametrize("who", INTRUDERS)
@pytest.mark.clause("P8")
def test_no_method_and_no_way_to_write_an_address_tells_more(stage: Stage, who: Who) -> None:
    browser = stage.browser(who)
    told_apart = []

    for name in TARGETS:
        where = address(name, stage)
        bare = where.removesuffix("/")
        told = {
            **{method: alike(browser, method, where, stage=stage) for method in METHODS},
            **{header: alike(browser, "POST", where, stage=stage, headers={header: "DELETE"}) for header in OVERRIDES},
            **{ending: alike(browser, "GET", f"{bare}{ending}", stage=stage) for ending in ENDINGS},
            **{how: alike(browser, "GET", where, stage=stage, spelling=by) for how, by in SPELLINGS.items()},
        }
        told_apart += [f"{name}: {how}" for how, same in told.items() if not same]

    assert told_apart == []


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (Who.PATCH_TEAM, ("report-file", "report-picture")),
        (Who.REPORTER, ("track-file", "track-picture")),
    ],
)
@pytest.mark.clause("P8")
def test_a_file_of_another_report_is_none_of_this_one(stage: Stage, who: Who, names: tuple[str, str]) -> None:
    browser, real = stage.browser(who), stage.report.reference

    for name in names:
        own = asked(browser, "GET", address(name, stage))
        others = asked(browser, "GET", address(name, stage, pk=stage.other_file.pk))
        none = asked(browser, "GET", address(name, stage, pk=NO_SUCH_ID))

        assert own.status_code == HTTPStatus.OK
        assert others.status_code == HTTPStatus.NOT_FOUND
        assert whole(others, reference=real) == whole(none, reference=real)

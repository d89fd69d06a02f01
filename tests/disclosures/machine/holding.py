"""What must hold of a disclosure whatever people do: on GitHub, on our own page, and in the report's state."""

import json
from typing import Final, override

from django.conf import settings
from django.db import connection
from hypothesis.stateful import invariant

from disclosures import snapshot
from disclosures.enums import AdvisoryState, ExceptionKind
from disclosures.models import Advisory, Credit, PublishedAdvisory, RepositoryAdvisory
from disclosures.snapshot import Snapshot
from portal.github.values import AdvisoryState as StateOnGitHub
from portal.github.values import RepositoryAdvisory as OnGitHub
from reports.enums import EventKind, State
from tests.disclosures.machine.account import Account, Text
from tests.disclosures.machine.memory import OTHER_WORDS, PUBLIC, Publication
from tests.disclosures.machine.worlds import NAME

FACTS: Final = """
SELECT state,
       (SELECT json_object_agg(identifier, snapshot)
          FROM disclosures_publishedadvisory WHERE identifier = ANY(%(pages)s))::text,
       (SELECT count(*) FROM reports_reportevent WHERE report_id = %(report)s AND kind = %(missed)s),
       ARRAY(SELECT ghsa_id FROM disclosures_repositoryadvisory told
              WHERE report_id = %(report)s AND published_at IS NOT NULL
                AND EXISTS (SELECT FROM disclosures_release
                             WHERE report_id = told.report_id AND project_id = told.project_id
                               AND state = 'published'))
  FROM reports_report WHERE id = %(report)s"""


class Holding(Account):
    @override
    def teardown(self) -> None:
        try:
            self.in_the_end_nobody_is_named_who_does_not_want_it()
        finally:
            self.stack.close()

    def in_the_end_nobody_is_named_who_does_not_want_it(self) -> None:
        """Once GitHub is well, and the portal has looked; where nothing can be written any more, people are told."""
        if self.consents or not self.places_that_name():
            return
        self.github.now_is.faults.clear()
        for _ in range(2):
            self.the_portal_goes_on(hours=1)
        archived = {self.world.called[project] for project in self.archived}
        beyond = {each for name in archived for each in self.github.now_is.advisories[name]}
        beyond |= {each for each, row in self.on_github().items() if row.state is StateOnGitHub.CLOSED}
        assert not self.places_that_name() - beyond, "A name stands where it could be taken out."

    def places_that_name(self) -> set[str]:
        """Beside the advisory's own words, which people approve as they are."""
        pages = PublishedAdvisory.objects.filter(identifier__in=self.pages(), snapshot__contains=NAME)
        told = {each.identifier for each in pages if snapshot.from_json(each.snapshot).credits}
        return told | {each for each, row in self.on_github().items() if self.names(row)}

    def names(self, row: OnGitHub) -> bool:
        """The reporter, by name or by handle."""
        own_words = [self.words[text] for text in self.said_in(row.description)]
        return bool(row.credits) or row.description.count(NAME) > "".join(own_words).count(NAME)

    def pages(self) -> list[str]:
        return [advisory.identifier for advisory in self.world.advisories]

    # --- On GitHub ----------------------------------------------------------------------------------------------

    @invariant()
    def what_went_out_was_released_that_day_or_somebody_said_otherwise_before(self) -> None:
        for publication in self.github.now_is.publications[self.judged :]:
            self.judge(publication)
        self.judged = len(self.github.now_is.publications)

    def judge(self, publication: Publication) -> None:
        day = settings.POLICY.calendar.day_of
        shipped = self.github.now_is.shipped[publication.repository]
        is_that_day = day(publication.at) in {day(at) for at in shipped if at <= publication.at}
        if not is_that_day:
            self.breaches.add(publication.ghsa_id)
        if publication.by_hand:
            self.note("published by hand")
            return
        assert not self.is_held, "It was published while it was held."
        if self.may_go_early():
            self.note("published early, as two agreed")
            return
        assert shipped, "It was published without a release."
        assert publication.repository not in self.moved, "It was published on a tag that was moved."
        assert is_that_day or ExceptionKind.ANOTHER_DAY in self.agreed, "It was published on another day."
        self.note("published on the day" if is_that_day else "published on another day, as somebody said why")

    def may_go_early(self) -> bool:
        proposed_by, agreed_by = self.agreed.get(ExceptionKind.EARLY, (0, None))
        return agreed_by is not None and agreed_by != proposed_by

    @invariant()
    def what_stands_on_github_was_approved_and_names_nobody_who_does_not_agree(self) -> None:
        for ghsa_id, row in self.on_github().items():
            if row.description == OTHER_WORDS:
                continue
            assert any(self.was_ever_approved(text) for text in self.said_in(row.description)), "Unapproved, on GitHub."
            assert not self.names(row) or self.consents or ghsa_id in self.named_before, "Named on GitHub."
            assert not self.names(row) or row.state is not StateOnGitHub.DRAFT, "Named in a draft."

    def was_ever_approved(self, text: Text) -> bool:
        return bool(self.ever_approved.get(text, set()) - self.authors_of(text))

    def authors_of(self, text: Text) -> set[int]:
        """Of what is new in it since it was public."""
        which, revision = text
        before = max((each for other, each in self.public if other == which and each < revision), default=0)
        return {self.writers[which, each] for each in range(before + 1, revision + 1)}

    # --- Our own page, and the report -----------------------------------------------------------------------------

    @invariant()
    def everything_else_that_must_hold(self) -> None:
        """Looked at once something was written since the last time."""
        if self.seen == self.written[0]:
            return
        state, pages, missed, on_record = self.facts()
        for identifier, told in pages.items():
            self.what_our_page_says_may_be_read(identifier, snapshot.from_json(told))
        assert len(pages) >= len({which for which, _ in self.public}), "A page has vanished."
        assert missed >= len(self.breaches_for_certain() & {*on_record}), "A breach is not on record."
        if self.states[-1:] != [state]:
            self.states.append(state)
            self.has_come_to(state, pages)
        self.seen = self.written[0]

    def breaches_for_certain(self) -> set[str]:
        """Without those whose release came out in the same moment: nobody can tell which was first."""
        github = self.github.now_is
        at_once = {each.ghsa_id for each in github.publications if each.at in github.shipped[each.repository]}
        return self.breaches - at_once

    def facts(self) -> tuple[str, dict[str, str], int, list[str]]:
        """The report's state, our pages, breaches on record, and which publications the portal knows of, with their
        releases.
        """
        named: dict[str, int | str | list[str]] = {"report": self.world.report.pk, "pages": self.pages()}
        named["missed"] = EventKind.SAME_DAY_MISSED.value
        with connection.cursor() as cursor:
            cursor.execute(FACTS, named)
            state, pages, missed, on_record = cursor.fetchone()
        return state, json.loads(pages or "{}"), missed, on_record

    def what_our_page_says_may_be_read(self, identifier: str, told: Snapshot) -> None:
        printed = " ".join(credit.text for credit in told.credits)
        assert not printed or self.consents or identifier in self.named_before, "Named on our page."
        (text,) = self.said_in(told.overview)
        proposed_by, agreed_by = self.taken_back.get(text[0], (0, None))
        assert told.withdrawn_at is None or agreed_by not in {None, proposed_by}, "Withdrawn by one person alone."
        if text in self.public:
            return
        assert NAME not in self.words[text] or text[0] in self.let_pass, "Our page names whom nobody let pass."
        assert self.approvals.get(text, set()) - self.authors_of(text), "Our page says what nobody else approved."
        self.is_released_that_day_or_somebody_said_otherwise(told, is_first=text[0] not in {w for w, _ in self.public})
        self.public.append(text)
        self.note("our page tells something new")

    def is_released_that_day_or_somebody_said_otherwise(self, told: Snapshot, *, is_first: bool) -> None:
        """Of every project that the page speaks of; the day counts when it speaks the first time."""
        archived = {self.world.called[project] for project in self.archived}
        spoken_of = [product.repository for product in told.products if product.repository not in archived]
        shipped = [self.github.now_is.shipped[repository] for repository in spoken_of]
        if self.may_go_early() or not spoken_of:
            return
        assert all(shipped), "Our page tells of a project without a release."
        day = settings.POLICY.calendar.day_of
        is_that_day = day(self.world.now) in {day(at) for each in shipped for at in each}
        excepted = ExceptionKind.ANOTHER_DAY in self.agreed or bool(self.breaches)
        assert is_that_day or excepted or not is_first, "Our page tells of it on another day."

    def has_come_to(self, state: str, pages: dict[str, str]) -> None:
        self.note(state)
        match state:
            case State.RELEASED:
                shipped = self.github.now_is.shipped
                assert all(shipped[each] for each in self.concerned()), "Released without a release."
            case State.DISCLOSED:
                assert pages, "Disclosed without a page of ours."
                without = [each for each in self.concerned() if not self.is_public_in(each)]
                assert not without, "Disclosed, and not in every repository."
            case State.CLOSED:
                self.nothing_is_owed(pages)

    def is_public_in(self, repository: str) -> bool:
        return any(row.state in PUBLIC for row in self.github.now_is.advisories[repository].values())

    def nothing_is_owed(self, pages: dict[str, str]) -> None:
        assert not Credit.objects.filter(report=self.world.report, answer="").exists(), "Somebody was not asked."
        for number, advisory in enumerate(self.world.advisories):
            if Advisory.objects.filter(pk=advisory.pk, state=AdvisoryState.PUBLISHED).exists():
                self.has_its_id_everywhere(number, snapshot.from_json(pages[advisory.identifier]))
        for repository in self.concerned():
            public = [each for each in self.github.now_is.advisories[repository].values() if each.state in PUBLIC]
            ours = [each.html_url for each in public if each.description != OTHER_WORDS]
            for release in self.github.now_is.releases[repository].values():
                linked = any(url in release.notes for url in ours)
                assert release.prerelease or linked or not ours, "Its notes do not lead to the advisory."

    def has_its_id_everywhere(self, number: int, told: Snapshot) -> None:
        proposed_by, agreed_by = self.no_id.get(number, (0, None))
        if not told.cve_id:
            assert agreed_by not in {None, proposed_by}, "It has no CVE ID, and not two people said that it needs none."
            return
        advisory = self.world.advisories[number]
        rows = RepositoryAdvisory.objects.filter(advisory=advisory).values_list("ghsa_id", flat=True)
        goes_on_with = {*rows}  # another took the place of some
        for repository in self.concerned():
            for row in self.github.now_is.advisories[repository].values():
                is_named = row.cve_id == told.cve_id or row.state is not StateOnGitHub.PUBLISHED
                assert is_named or row.ghsa_id not in goes_on_with, "GitHub does not name its CVE ID."

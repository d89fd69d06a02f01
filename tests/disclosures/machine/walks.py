"""Ways through what the machine can do, each to an end that chance might not come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.enums import State
from tests.disclosures.machine import deeds
from tests.disclosures.machine.deeds import Deed


@dataclass(frozen=True, kw_only=True)
class Walk:
    world: str
    deeds: Sequence[Deed]
    ends: set[str]


WALKS: Final[dict[str, Walk]] = {
    "from the fix to the end": Walk(
        world="being fixed",
        deeds=[
            deeds.consent, deeds.start, deeds.release_all, deeds.go_on, deeds.id_comes, deeds.go_on, deeds.spread_id,
            deeds.an_hour_passes, deeds.close,
        ],
        ends={
            "published on the day", "an ID that came late is written everywhere",
            State.READY, State.DISCLOSED, State.CLOSED,
        },
    ),
    "named in its own words": Walk(
        world="being fixed",
        deeds=[
            deeds.write_who_reported_it, deeds.let_the_name_pass, deeds.approve, deeds.start, deeds.release_all,
            deeds.go_on,
        ],
        ends={"our page tells something new", State.DISCLOSED},
    ),
    "an approval that lapses": Walk(
        world="being fixed",
        deeds=[
            deeds.write_who_reported_it, deeds.let_the_name_pass, deeds.consent, deeds.approve,
            deeds.take_consent_back,
        ],
        ends={"an approval lapses, as consent is taken back"},
    ),
    "an ID of our own, to the end": Walk(
        world="own CNA",
        deeds=[
            deeds.anonymous, deeds.ask_for_ids, deeds.an_hour_passes, deeds.release_all, deeds.go_on, deeds.spread_id,
            deeds.an_hour_passes, deeds.close,
        ],
        ends={State.DISCLOSED, State.CLOSED},
    ),
    "no ID needed, to the end": Walk(
        world="held up",
        deeds=[deeds.find_no_id_needed, deeds.anonymous, deeds.wants_another_day, deeds.an_hour_passes, deeds.close],
        ends={"two find that no ID is needed", State.CLOSED},
    ),
    "early": Walk(
        world="two projects", deeds=[deeds.wants_early, deeds.agree, deeds.start, deeds.go_on],
        ends={"published early, as two agreed", State.DISCLOSED},
    ),
    "another day": Walk(
        world="held up", deeds=[deeds.wants_another_day, deeds.go_on],
        ends={"published on another day, as somebody said why", State.DISCLOSED},
    ),
    "two advisories": Walk(
        world="two advisories", deeds=[deeds.release_all, deeds.go_on],
        ends={"published on the day", State.DISCLOSED},
    ),
    "by hand": Walk(
        world="two projects", deeds=[deeds.publish_by_hand, deeds.go_on], ends={"published by hand"},
    ),
    "changed": Walk(
        world="out", deeds=[deeds.write, deeds.approve, deeds.publish_changes, deeds.go_on],
        ends={"our page tells something new", "what was changed is published"},
    ),
    "one more project": Walk(
        world="out",
        deeds=[
            deeds.another_project, deeds.write, deeds.approve, deeds.publish_changes, deeds.release_the_other,
            deeds.go_on, deeds.publish_changes, deeds.go_on,
        ],
        ends={"our page tells something new", "published on the day"},
    ),
    "one project less": Walk(
        world="two projects", deeds=[deeds.release_one, deeds.archive, deeds.go_on, deeds.go_on],
        ends={"published on the day", State.DISCLOSED},
    ),
    "a name that goes": Walk(
        world="out", deeds=[deeds.take_consent_back],
        ends={"consent is taken back after it was printed"},
    ),
    "a name that goes once its repository is back in use": Walk(
        world="out", deeds=[deeds.archive, deeds.take_consent_back, deeds.an_hour_passes, deeds.take_back_into_use],
        ends={"consent is taken back after it was printed"},
    ),
    "a tag that was moved": Walk(
        world="two projects",
        deeds=[deeds.release_one, deeds.go_on, deeds.move_a_tag, deeds.go_on, deeds.say_it_is_right, deeds.go_on],
        ends={"a release is judged"},
    ),
    "adopted, and to the end": Walk(
        world="being fixed",
        deeds=[
            deeds.anonymous, deeds.adopt, deeds.start, deeds.release_all, deeds.go_on, deeds.enter_id, deeds.spread_id,
            deeds.an_hour_passes, deeds.close,
        ],
        ends={"an advisory made by hand is adopted", "published on the day", State.CLOSED},
    ),
    "adopted in place of a draft": Walk(
        world="two projects", deeds=[deeds.close_the_draft, deeds.go_on, deeds.adopt, deeds.release_all, deeds.go_on],
        ends={"an advisory made by hand is adopted", "published on the day", State.DISCLOSED},
    ),
    "withdrawn": Walk(
        world="out", deeds=[deeds.want_it_withdrawn, deeds.want_it_withdrawn_too], ends={"an advisory is withdrawn"},
    ),
}  # fmt: skip

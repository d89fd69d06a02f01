"""Texts to start from when a move is told to the reporter. A person reads and edits them; nothing sends them.

They speak of this report alone: of a duplicate's other report nothing is known here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal import moments
from portal.policy import deadlines
from portal.policy.organisation import Policy
from portal.policy.values import Link
from reports.enums import DeclineReason

PLAIN_NAME = re.compile(r"[^\W\d_][\w .'’-]{0,60}")  # noqa: RUF001 - names carry this apostrophe


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a text may speak of. `name`: the reporter's; `rating`: "high (8.1)", or nothing while not assessed."""

    policy: Policy
    now: datetime
    name: str = ""
    projects: Sequence[str] = ()
    repositories: Sequence[str] = ()
    rating: str = ""
    vectors: Sequence[str] = ()

    @property
    def next_update(self) -> str:
        due = deadlines.NEXT_UPDATE.due(self.now, policy=self.policy)
        return moments.exact(due, zone=self.policy.calendar.zone)

    @property
    def team(self) -> str:
        return f"the {self.policy.organisation.name} security team"


def acknowledgement(occasion: Occasion) -> str:
    return _letter(
        occasion,
        f"Thank you for your report. A person of {occasion.team} has read it, and we have begun to look into it.",
        "First we try to reproduce what you describe, then we tell you what we found. You will hear from us by "
        f"{occasion.next_update} at the latest, even if there is nothing new by then.",
        "If anything comes to mind that could help, write to us here at any time. Until a fix is out, please keep "
        "the details between us.",
    )


def identification(occasion: Occasion) -> str:
    where = f" in {_listed(occasion.projects)}" if occasion.projects else ""
    vectors = [f"`{vector}`" for vector in occasion.vectors]
    rated = f" We rate it {occasion.rating}: {_listed(vectors)}." if occasion.rating else ""
    return _letter(
        occasion,
        f"We could confirm what you reported: it is a vulnerability{where}.{rated}",
        f"The next step is a fix. You will hear from us again by {occasion.next_update} at the latest, and when "
        "the fix is released.",
        "If you see the severity or the affected parts differently, please tell us. Before anything is published "
        "we ask you whether you want to be named, and how.",
    )


def reproduction(occasion: Occasion) -> str:
    return _letter(
        occasion,
        f"Thank you for your report. A person of {occasion.team} has read it and could not yet see for themselves what "
        "you describe.",
        "Please tell us how to reproduce it: the exact version and configuration, each step or the request that you "
        "sent, what you saw, and what you would have expected. A small proof of concept helps most.",
        "We wait for your answer here, and go on as soon as we have it.",
    )


def release(occasion: Occasion) -> str:
    where = f" for {_listed(occasion.projects)}" if occasion.projects else ""
    return _letter(
        occasion,
        f"What you reported is fixed: the release with the fix is out{where}.",
        "The advisory that says what it was about follows today. From then on nothing needs to stay between us.",
        "Thank you for telling us first. If the fix does not hold for you, please write to us here.",
    )


def early_disclosure(occasion: Occasion) -> str:
    return _letter(
        occasion,
        "We have published what you reported before its fix is released, so that users can protect themselves now.",
        "The advisory says what they can do until then. We go on with the fix, and you will hear from us by "
        f"{occasion.next_update} at the latest.",
    )


def release_after_disclosure(occasion: Occasion) -> str:
    where = f" for {_listed(occasion.projects)}" if occasion.projects else ""
    return _letter(
        occasion,
        f"The release with the fix is out now{where}. What you reported was published before, as we told you.",
        "Thank you for your patience. If the fix does not hold for you, please write to us here.",
    )


def reopening(occasion: Occasion) -> str:
    return _letter(
        occasion,
        "We have opened your report again and look at it once more.",
        f"You will hear from us by {occasion.next_update} at the latest. If you have anything to add, please "
        "write to us here.",
    )


def refusal(reason: DeclineReason, occasion: Occasion) -> str:  # noqa: PLR0911 - a text for each reason
    """The text for a report that is declined; empty for spam, which nobody answers."""
    match reason:
        case DeclineReason.SPAM:
            return ""
        case DeclineReason.NOT_REPRODUCIBLE:
            return _closing(
                occasion,
                "We tried to reproduce what you describe and did not succeed, so we close the report for now.",
                "If you can give us more, such as exact versions, configuration, each step and what you saw, write to "
                "us here. We will open it again and take another look.",
            )
        case DeclineReason.INTENDED:
            return _closing(
                occasion,
                "We looked into what you describe. It works as it is meant to, and we do not see that it lets "
                "anybody do what they should not be able to do. So we close the report.",
                "If you know a way in which it can be abused, please describe it here, and we will look again.",
            )
        case DeclineReason.ORDINARY_BUG:
            return _closing(
                occasion,
                "You found a fault, thank you. As far as we can see it cannot be used to attack anybody, so it need "
                "not be kept secret and we treat it as an ordinary bug.",
                f"Would you like to describe it in public{_issues(occasion)}? There it can be followed by everybody. "
                "We close the report here.",
            )
        case DeclineReason.OUT_OF_SCOPE:
            return _closing(
                occasion,
                f"What you describe does not lie in the software that {occasion.team} looks after, so we cannot "
                "mend it and close the report here.",
                _redirect(occasion),
            )
        case DeclineReason.DUPLICATE:
            return _closing(
                occasion,
                "The problem that you describe is known to us already, so we close this report as a duplicate.",
                "That takes nothing from your work: we keep you informed here, and when it is published we ask you "
                "whether you want to be credited. Until then, please keep the details between us.",
            )
        case DeclineReason.ALREADY_PUBLIC:
            return _closing(
                occasion,
                "What you describe is public already, so there is nothing left that this report has to keep secret, "
                "and we close it.",
                "If you think that something in it goes beyond what is public, please tell us here, and we will "
                "look again.",
            )
        case DeclineReason.WITHDRAWN:
            return _closing(
                occasion,
                "As you asked, we close your report. Thank you for telling us.",
                "Should you change your mind, write to us here, and we will open it again.",
            )


def _closing(occasion: Occasion, *paragraphs: str) -> str:
    return _letter(occasion, "Thank you for your report.", *paragraphs)


def _letter(occasion: Occasion, *paragraphs: str) -> str:
    name = occasion.name.strip()
    greeting = f"Hello {name}," if PLAIN_NAME.fullmatch(name) else "Hello,"
    return "\n\n".join((greeting, *(paragraph for paragraph in paragraphs if paragraph)))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _issues(occasion: Occasion) -> str:
    if len(occasion.repositories) != 1:
        return f", as an issue of the project on {occasion.policy.organisation.github_url}"
    return f", at https://github.com/{occasion.repositories[0]}/issues"


def _redirect(occasion: Occasion) -> str:
    places = occasion.policy.wrong_place
    cases: tuple[tuple[str, Sequence[Link]], ...] = (
        ("For an application that somebody runs on it", places.deployed_application),
        ("For advice on how to set it up safely", places.guidance),
        ("For help with security updates", places.updates),
    )
    lines = (f"- {case}: {', '.join(f'[{link.label}]({link.url})' for link in links)}" for case, links in cases)
    return "\n".join(("These are the right places:", "", *lines))

"""The clauses of the security policy, each in our own words, and how each is kept at present.

The words speak of the organisation and its numbers by placeholders: `Clause.P7.words(policy)` fills them in.
"""

from enum import Enum, unique
from typing import Final

from portal.policy.organisation import Policy


class Kind(Enum):
    RULE = "rule"
    """The portal refuses what breaks it, or people do where it cannot."""
    PROMISE = "promise"
    """Something runs until it is kept, and a breach is recorded."""
    GUIDANCE = "guidance"
    """Advice: a person decides."""


class Keeper(Enum):
    PORTAL = "kept by the portal"
    PARTLY = "kept by the portal and by people"
    PEOPLE = "kept by people"


@unique
class Clause(Enum):
    """Kind, title, the clause in our words, who keeps it, and how."""

    P1 = (
        Kind.RULE,
        "Reports reach a private address",
        (
            "Tell us in private: through the form here, or by mail to {security_address}. Nobody but the "
            "security team reads it."
        ),
        Keeper.PARTLY,
        (
            "What comes by the form, by mail, or as a private report on GitHub ends in one queue under one reference. "
            "The mailbox itself is in the hands of people."
        ),
    )
    P2 = (
        Kind.RULE,
        "Every report is investigated",
        "A person looks into each report with care, whoever sent it and however short it is.",
        Keeper.PORTAL,
        ("A report leaves triage only with a named coordinator and a verdict with its reason, both given by a person."),
    )
    P3 = (
        Kind.RULE,
        "You know who reads your report",
        "The people who receive reports are known by name and GitHub handle.",
        Keeper.PORTAL,
        "The team page is made from the memberships of today; nobody types it by hand.",
    )
    P4 = (
        Kind.RULE,
        "Encrypted reports",
        "Whoever wants to encrypt a report beyond the encrypted connection of this site should be able to.",
        Keeper.PORTAL,
        (
            "Our OpenPGP key is on the page of the form, in security.txt, and where mail programs look for it by "
            "themselves. Encrypted mail is opened here; whoever gives us a key of their own gets encrypted answers."
        ),
    )
    P5 = (
        Kind.RULE,
        "What a report may be about",
        "Any repository of {organisation} counts, and so does anything that one of them depends on.",
        Keeper.PORTAL,
        ('The form offers the projects of {organisation}, a dependency of one with its name, or "I don\'t know".'),
    )
    P6 = (
        Kind.GUIDANCE,
        "What is better asked elsewhere",
        (
            "Flaws in an application that merely runs on {organisation}, advice on a secure set-up and help "
            "with an update each have a better place than this one."
        ),
        Keeper.PORTAL,
        ("The portal names these places before the form begins. A report sent all the same is read like every other."),
    )
    P7 = (
        Kind.PROMISE,
        "A person answers within {acknowledge_days}",
        (
            "Within {acknowledge_days} somebody has looked at your report and told you so. From then on we "
            "are working on it."
        ),
        Keeper.PORTAL,
        (
            "A clock starts with the report and only a person stops it; the automatic receipt does not. The "
            "team is warned before the end, and a breach is recorded and escalated."
        ),
    )
    P8 = (
        Kind.RULE,
        "Only those who need to know",
        ("What you tell us stays with the people who work on it. Nobody else learns more than the repair requires."),
        Keeper.PORTAL,
        ("Each page and each query shows only the reports one may see, and the database checks it a second time."),
    )
    P9 = (
        Kind.PROMISE,
        "Good faith on both sides",
        (
            "Please keep the matter to yourself until it is resolved. We hurry, keep you informed, and name "
            "you as the finder in writing."
        ),
        Keeper.PARTLY,
        (
            "The form says so before you send, and you can see what happens next. Our own target is news "
            "every {next_update_days}; thanks in writing go out when it is published. The hurry is up to people."
        ),
    )
    P10 = (
        Kind.RULE,
        "You hear of every step",
        ("We tell you when your report has been sorted out, when we have found the cause, and when the repair is out."),
        Keeper.PORTAL,
        (
            "The first two steps need a message to you, or a written reason why there is none. The news of the "
            "release goes out with it."
        ),
    )
    P11 = (
        Kind.RULE,
        "We may ask you back",
        "Sometimes we need to know more, and ask. You can answer, and ask us in turn.",
        Keeper.PORTAL,
        ("Your report has a page of its own with a conversation in both directions, for which you need no account."),
    )
    P12 = (
        Kind.RULE,
        "Details come with the repair",
        (
            "The public learns of a vulnerability together with the release that repairs it, or with "
            "instructions that do."
        ),
        Keeper.PORTAL,
        (
            "Nothing is published before the release that repairs it was seen to be out. Earlier, it takes two "
            "people, a reason, and the text of what helps until then."
        ),
    )
    P13 = (
        Kind.PROMISE,
        "Nothing stays hidden for good",
        ("As soon as there is something people can do against a vulnerability, we mean to disclose it in full."),
        Keeper.PARTLY,
        (
            "What is released and not yet disclosed stands among the team's obligations, by its age, until it is. The "
            "day is up to people."
        ),
    )
    P14 = (
        Kind.GUIDANCE,
        "Releases at a bearable time",
        "We release when those who have to update can do so, rather than just before a weekend.",
        Keeper.PARTLY,
        (
            "The dashboard shows which of the next days are good and which had better be avoided, with the reason, and "
            "planning a release for one of these takes saying so. People choose."
        ),
    )
    P15 = (
        Kind.RULE,
        "Every vulnerability has a CVE",
        "Each vulnerability is given a CVE ID, so that everybody speaks of the same thing.",
        Keeper.PARTLY,
        (
            "Each advisory needs an ID until two people agree, with a reason, that it does not. The portal keeps "
            "track of what was asked for and what came; people choose by which way to ask."
        ),
    )
    P16 = (
        Kind.PROMISE,
        "A late CVE holds nothing up",
        "If the ID takes its time, we disclose without it and add it once it is there.",
        Keeper.PARTLY,
        (
            "An ID that is out holds no disclosure up, and the team is reminded of it again and again. Once it has "
            "come, one action brings it to everything that was published; until then the report stays open."
        ),
    )
    P17 = (
        Kind.RULE,
        "Your name is yours",
        "We name you in public only if you agree, and in the way you like to be named.",
        Keeper.PORTAL,
        (
            "Your page shows you the exact words, and nothing else is ever printed. You can say otherwise, or take it "
            "back: then it leaves our own pages at once, and we go after the other places."
        ),
    )
    P18 = (
        Kind.PROMISE,
        "Credit for all who want it",
        "Whoever reported a vulnerability and would like to be named is named.",
        Keeper.PORTAL,
        (
            "Everybody who reported it is asked, also those who told us what we knew already, and so are those they "
            "name and those who made the fix. Whoever agrees stands on the advisory."
        ),
    )
    P19 = (
        Kind.RULE,
        "The team is made of volunteers",
        ("The security team consists of maintainers of {organisation} who want to do this and have the time for it."),
        Keeper.PORTAL,
        "Nobody is enrolled by anybody else: one joins by one's own act, having agreed to what the team asks.",
    )
    P20 = (
        Kind.RULE,
        "Members maintain something alive",
        "Everybody on the team actively maintains a project of {organisation} that is itself still in use.",
        Keeper.PORTAL,
        (
            "The portal follows GitHub every hour and keeps what it saw as evidence. Roles, teams, contributions and "
            "releases make an active maintainer, or the word of a lead with a reason; each verdict is shown with why."
        ),
    )
    P21 = (
        Kind.GUIDANCE,
        "Members care for each report",
        "Each member takes an interest in every report, if only to see that somebody takes care of it.",
        Keeper.PARTLY,
        (
            "Every new report is announced to the whole team. What a member has not looked at yet stands on their "
            "dashboard and in their daily mail, and what nobody else looked at on everybody's. Whether one looks is up "
            "to the person."
        ),
    )
    P22 = (
        Kind.RULE,
        "Members keep silent",
        "Members share the details of a report only with those who need them for the repair.",
        Keeper.PARTLY,
        (
            "Before the first report opens, everybody agrees to the terms of confidentiality, and again when they "
            "change. Reports open only after a strong sign-in, and mails tell nothing of their content. The silence "
            "outside the portal is kept by people."
        ),
    )
    P23 = (
        Kind.RULE,
        "Who may become a member",
        "New members already maintain an active project and are ready to take on these duties.",
        Keeper.PORTAL,
        "Whoever maintains an active project and was active lately may join; for everybody else it is refused.",
    )
    P24 = (
        Kind.RULE,
        "Join or leave whenever you like",
        "A maintainer may join at any time, and a member may leave at any time.",
        Keeper.PORTAL,
        (
            "Both are one's own to do, and take effect at once. Who leaves hands over what they coordinate in the same "
            "step, and access to all reports ends with it."
        ),
    )
    P25 = (
        Kind.RULE,
        "Membership ends with the maintaining",
        "A member who no longer maintains an active project is taken off the team.",
        Keeper.PORTAL,
        (
            "When GitHub shows that a project was archived, a role lost or nothing done for long, the membership ends "
            "with that evidence: reports are handed over, the person and the team are told, and they may object."
        ),
    )
    P26 = (
        Kind.RULE,
        "A team for every repair",
        (
            "Once a report is acknowledged, a small team comes together for it, with maintainers of every "
            "project concerned."
        ),
        Keeper.PORTAL,
        (
            "The portal proposes people by what they maintain. The fix begins only once somebody leads it and each "
            "project concerned has one of its maintainers, and somebody who may release it, on the team."
        ),
    )
    P27 = (
        Kind.RULE,
        "The same team sees it through",
        "Those who make the repair also release it and publish what it was about.",
        Keeper.PORTAL,
        (
            "Roles on the report carry exactly what each part of the work needs, up to release and publication, and a "
            "checklist holds the fix until it is done."
        ),
    )
    P28 = (
        Kind.RULE,
        "Help comes from maintainers only",
        (
            "That team may ask others in who are not on the security team, as long as they maintain a "
            "project of {organisation}."
        ),
        Keeper.PORTAL,
        (
            "Only maintainers can be asked in, one by one, with the reason, and they see nothing before they agree to "
            "keep it to themselves. Everybody else is refused."
        ),
    )
    P29 = (
        Kind.RULE,
        "Advisories stand in the repositories",
        "What was wrong is published as a security advisory in each repository concerned.",
        Keeper.PORTAL,
        (
            "An approved advisory is published in each repository concerned, and here. One that is missing holds the "
            "report open."
        ),
    )
    P30 = (
        Kind.RULE,
        "What an advisory says",
        (
            "An advisory sums up the problem, explains it, and says what helps: most often an update, and a "
            "way around it if there is one."
        ),
        Keeper.PORTAL,
        (
            "An advisory without a summary, the details and the fix cannot be approved, and the way around is asked "
            "for. Somebody other than its author approves it."
        ),
    )
    P31 = (
        Kind.RULE,
        "Disclosed on the day of the release",
        "First the release, then the advisory, both on one day.",
        Keeper.PORTAL,
        (
            "The release is watched, and the advisory follows it on the same day of {time_zone}. Missing the day "
            "takes a reason, and stays on record."
        ),
    )
    P32 = (
        Kind.RULE,
        "Release notes lead to the advisory",
        "Whoever reads the notes of a release finds the link to the advisory in them.",
        Keeper.PORTAL,
        ("The link is written into the notes of the release and read back. Until it is there, the report stays open."),
    )

    def __init__(self, kind: Kind, title: str, words: str, keeper: Keeper, how_kept: str) -> None:
        self.kind = kind
        self.keeper = keeper
        self._title = title
        self._words = words
        self._how_kept = how_kept

    def title(self, policy: Policy) -> str:
        return _filled(self._title, policy)

    def words(self, policy: Policy) -> str:
        """What we promise, for the public policy page."""
        return _filled(self._words, policy)

    def how_kept(self, policy: Policy) -> str:
        """What keeps it today: honest about what still rests on people."""
        return _filled(self._how_kept, policy)


WITHOUT_A_KEY: Final = (
    Keeper.PEOPLE,
    "The portal has no OpenPGP key at present. Ask the team for one, without the details: a person will arrange it.",
)
"""Who keeps P4, and how, where the installation was given no key."""

WITHOUT_GITHUB: Final = (
    Keeper.PEOPLE,
    "The portal has no access to the repositories at present: the team does this there itself.",
)
"""The same for `NEEDS_GITHUB`, where the installation has no app there."""
NEEDS_GITHUB: Final = frozenset({Clause.P29, Clause.P31, Clause.P32})


def _filled(words: str, policy: Policy) -> str:
    return words.format(
        organisation=policy.organisation.name,
        security_address=policy.organisation.security_address,
        acknowledge_days=_business_days(policy.clock.acknowledge_business_days),
        next_update_days=_business_days(policy.clock.next_update_business_days),
        time_zone=policy.calendar.zone.key,
    )


def _business_days(count: int) -> str:
    return "1 business day" if count == 1 else f"{count} business days"

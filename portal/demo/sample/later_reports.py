"""Reports on their way out, and those that are done with. Every weakness in here is invented."""

from portal.demo.sample.people import ELIF, KOFI, LEAD, MAINTAINER, MEILING, MEMBER, RAFAEL, SUNNIVA
from portal.demo.sample.story import (
    Acknowledge,
    Answer,
    Assemble,
    Assess,
    Decline,
    Hear,
    Identify,
    MakeReady,
    Note,
    Reach,
    Reopen,
    Story,
    days,
)
from reports.enums import CreditWish, DeclineReason, Role, State

MODERATE = "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N"
HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"

UNDER_WAY = (
    Story(
        key="fixing",
        ago=days(24),
        summary="A header that is too long stops the HTTP provider",
        description="One request with a header of 70 kB ends the provider's process. It starts again after half a minute.",
        projects=("capability-providers", "wasmcloud"),
        impact="Anybody who can reach the provider can keep it down.",
        name="Ilse Morgenrot",
        email="ilse@example.net",
        credit_wish=CreditWish.YES,
        steps=(
            Acknowledge(
                ago=days(22.5), by=MEMBER, message="Thank you, Ilse. I see the same here and look for the cause."
            ),
            Assess(ago=days(19), by=MEMBER, vector=HIGH, weakness="CWE-770"),
            Identify(
                ago=days(18.9),
                by=MEMBER,
                message="Confirmed in both projects you named. We are putting a team together.",
            ),
            Answer(ago=days(13), by=MEMBER, message="A first patch exists and is being tried out."),
            Assemble(
                ago=days(12), by=MEMBER, team=((MEMBER, Role.LEAD), (ELIF, Role.DEVELOPER), (MAINTAINER, Role.REVIEWER))
            ),
            Answer(
                ago=days(7),
                by=MEMBER,
                message="Review found a second way to the same end; that is being closed as well.",
            ),
            Answer(ago=days(2), by=MEMBER, message="Both ways are closed on the private branch."),
        ),
    ),
    Story(
        key="ready",
        ago=days(33),
        summary="Scaling to a negative count removes all instances",
        description="`scale --count=-1` is taken for the largest number and the controller then gives up on all of them.",
        projects=("wadm",),
        name="Gustav Adeyemi",
        email="gustav@example.com",
        credit_wish=CreditWish.ASK,
        steps=(
            Acknowledge(
                ago=days(31.8),
                by=MEILING,
                message="Thank you, Gustav. Reproduced in a minute; the reason takes longer.",
            ),
            Assess(ago=days(27), by=MEILING, vector=MODERATE, weakness="CWE-191"),
            Identify(
                ago=days(26.9),
                by=MEILING,
                message="Confirmed. It needs rights to deploy, which is why we rate it medium.",
            ),
            Assemble(ago=days(20), by=MEILING, team=((MEILING, Role.LEAD), (RAFAEL, Role.REVIEWER))),
            Answer(ago=days(19), by=MEILING, message="The fix is written, with a check where the number comes in."),
            Answer(ago=days(12), by=MEILING, message="Reviewed and backported to the line before."),
            Answer(ago=days(6), by=MEILING, message="We plan to release in the coming week."),
            MakeReady(ago=days(5), by=MEILING, versions=(("wadm", "0.21.1"),)),
            Answer(ago=days(1.5), by=MEILING, message="The day stands, unless a test tells us otherwise."),
        ),
    ),
    Story(
        key="released",
        ago=days(41),
        summary="Template comments run as commands in a new project",
        description="A template can carry a comment that `npm install` takes for a script of its own.",
        projects=("typescript", "examples"),
        email="heron@example.org",
        credit_wish=CreditWish.NO,
        steps=(
            Acknowledge(
                ago=days(39.5), by=RAFAEL, message="Thank you. I have begun to look at which templates are concerned."
            ),
            Assess(ago=days(35), by=RAFAEL, vector=MODERATE, weakness="CWE-94"),
            Identify(ago=days(34.9), by=RAFAEL, message="Confirmed for two of nine templates."),
            Assemble(
                ago=days(28), by=RAFAEL, team=((RAFAEL, Role.LEAD), (KOFI, Role.DEVELOPER), (SUNNIVA, Role.RELEASER))
            ),
            Answer(
                ago=days(27),
                by=RAFAEL,
                message="Both templates are mended; the check for all of them is being written.",
            ),
            Answer(ago=days(20), by=RAFAEL, message="The check is there, and found a third one."),
            Answer(ago=days(14), by=RAFAEL, message="All three are mended. Only the release is missing."),
            MakeReady(ago=days(13), by=RAFAEL, versions=(("typescript", "0.9.3"), ("examples", "2026.11")), in_days=3),
            Answer(ago=days(8), by=RAFAEL, message="The release is out. The advisory follows on the same day."),
            Reach(ago=days(1), by=RAFAEL, state=State.RELEASED),
            Answer(
                ago=days(0.9), by=RAFAEL, message="I had to take the first release back. The second one is out today."
            ),
        ),
    ),
    Story(
        key="disclosed",
        ago=days(60),
        summary="Wrong certificate accepted when the host name is an address",
        description="With an IPv6 address as the host name the check compares only the first four groups.",
        projects=("control-interface",),
        name="Saoirse Keane",
        email="saoirse@example.net",
        credit_wish=CreditWish.YES,
        steps=(
            Acknowledge(
                ago=days(58.5), by=LEAD, message="Thank you, Saoirse. A sharp eye; I have asked for a second one."
            ),
            Assess(ago=days(54), by=LEAD, vector="CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", weakness="CWE-295"),
            Identify(ago=days(53.9), by=LEAD, message="Confirmed, and older than either of us thought."),
            Assemble(ago=days(47), by=LEAD, team=((LEAD, Role.LEAD), (MEILING, Role.DEVELOPER))),
            Answer(ago=days(46), by=LEAD, message="The fix is small; the tests around it are not."),
            MakeReady(ago=days(30), by=LEAD, versions=(("control-interface", "2.4.0"),), in_days=5),
            Answer(ago=days(29), by=LEAD, message="Ready. We release on Thursday."),
            Reach(ago=days(24), by=LEAD, state=State.RELEASED),
            Reach(ago=days(24, hours=-2), by=LEAD, state=State.DISCLOSED),
            Answer(
                ago=days(23.9), by=LEAD, message="Released and published today, with your name. The CVE is asked for."
            ),
            Answer(ago=days(3), by=LEAD, message="Still waiting for the CVE number; everything else is done."),
        ),
    ),
    Story(
        key="reopened",
        ago=days(38),
        summary="A link's settings can be read by every component of the same application",
        description="`wash link query` shows the settings of all links of an application, passwords among them.",
        projects=("wash", "wasmcloud"),
        name="Dario Feld",
        email="dario@example.com",
        steps=(
            Acknowledge(ago=days(37), by=RAFAEL, message="Thank you, Dario. Let me see what was meant here."),
            Decline(
                ago=days(33),
                by=RAFAEL,
                reason=DeclineReason.INTENDED,
                message="This is meant so: whoever may query links of an application may read them. Thank you all the same.",
            ),
            Hear(
                ago=days(6),
                message="I have tried it with a second application, and see its links as well. Is that meant too?",
            ),
            Reopen(ago=days(5), by=RAFAEL, explanation="Across applications is not meant. I was too quick."),
            Answer(ago=days(4.9), by=RAFAEL, message="No, it is not, and I was too quick. I have opened it again."),
        ),
    ),
)


def _declined(  # the same short life, told eight times
    key: str,
    *,
    summary: str,
    description: str,
    reason: DeclineReason,
    message: str,
    ago: float,
    by: str,
    email: str = "",
    projects: tuple[str, ...] = (),
    duplicate_of: str = "",
    public_where: str = "",
) -> Story:
    return Story(
        key=key,
        ago=days(ago),
        summary=summary,
        description=description,
        email=email,
        projects=projects,
        public_where=public_where,
        steps=(
            Acknowledge(ago=days(ago - 0.9), by=by, message="Thank you. I have read it and will tell you what I find."),
            Note(ago=days(ago - 2), by=by, message="Looked at it. My suggestion stands below in the answer."),
            Decline(ago=days(ago - 2.5), by=by, reason=reason, message=message, duplicate_of=duplicate_of),
        ),
    )


CLOSED = (
    Story(
        key="closed",
        ago=days(88),
        summary="A component's name breaks the log's format",
        description="Line breaks in a component's name begin new lines in the log, which can then say anything.",
        projects=("wasmcloud",),
        name="Piet Hanssen",
        email="piet@example.net",
        credit_wish=CreditWish.YES,
        steps=(
            Acknowledge(ago=days(86.5), by=MEMBER, message="Thank you, Piet. I see it."),
            Assess(ago=days(84), by=MEMBER, vector="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:L/A:N", weakness="CWE-117"),
            Identify(ago=days(83.9), by=MEMBER, message="Confirmed, and quickly mended."),
            Assemble(ago=days(80), by=MEMBER, team=((MEMBER, Role.REVIEWER), (LEAD, Role.LEAD))),
            MakeReady(ago=days(78), by=MEMBER, versions=(("wasmcloud", "1.6.1"),), in_days=4),
            Answer(ago=days(77.9), by=MEMBER, message="Ready for the next release, which is close."),
            Reach(ago=days(73), by=MEMBER, state=State.RELEASED),
            Reach(ago=days(73, hours=-3), by=MEMBER, state=State.DISCLOSED),
            Answer(ago=days(72.8), by=MEMBER, message="Released and published, with your name as you asked."),
            Reach(ago=days(62), by=MEMBER, state=State.CLOSED),
        ),
    ),
    _declined(
        "not-reproducible",
        ago=52,
        by=RAFAEL,
        summary="Operator deletes other people's pods",
        description="After the upgrade pods of another namespace were gone.",
        projects=("wasmcloud-operator",),
        email="pods@example.com",
        reason=DeclineReason.NOT_REPRODUCIBLE,
        message="I have tried four versions on two clusters and could not see it. If it happens again, its log would help.",
    ),
    _declined(
        "intended",
        ago=49,
        by=MEILING,
        summary="Anybody who may deploy can read the manifest of others",
        description="`wadm` shows every manifest of a lattice to whoever may deploy to it.",
        projects=("wadm",),
        email="manifest@example.com",
        reason=DeclineReason.INTENDED,
        message="A lattice is one circle of trust, so this is meant. The documentation now says it more clearly.",
    ),
    _declined(
        "ordinary-bug",
        ago=47,
        by=MEMBER,
        summary="wash crashes on an empty manifest",
        description="`wash app deploy empty.yaml` ends with a stack trace.",
        projects=("wash",),
        email="empty@example.org",
        reason=DeclineReason.ORDINARY_BUG,
        message="It should not crash, but nobody else is harmed by it, so it goes to the public issues. Thank you for telling us.",
    ),
    _declined(
        "out-of-scope",
        ago=44,
        by=LEAD,
        summary="An online shop built with wasmCloud shows other people's orders",
        description="The shop at https://shop.example shows order 1002 to whoever asks for it.",
        email="shopper@example.net",
        reason=DeclineReason.OUT_OF_SCOPE,
        message="That is the shop's own doing, which we cannot mend. Please tell the people who run it.",
    ),
    _declined(
        "duplicate",
        ago=15,
        by=MEMBER,
        summary="Provider stops when a header is huge",
        description="A header of 100 kB, and the HTTP provider is gone for a while.",
        projects=("capability-providers",),
        email="second@example.com",
        reason=DeclineReason.DUPLICATE,
        duplicate_of="fixing",
        message="Thank you: this is known to us and being worked on. You will hear from us when it is mended.",
    ),
    _declined(
        "already-public",
        ago=36,
        by=MEILING,
        summary="The message broker's advisory of last month concerns you too",
        description="You ship a version of the broker that is named in its advisory.",
        projects=("examples",),
        public_where="https://broker.example/advisories/7",
        email="watchful@example.org",
        reason=DeclineReason.ALREADY_PUBLIC,
        message="It is public, and our examples name a mended version since this morning. Thank you for watching.",
    ),
    _declined(
        "withdrawn",
        ago=29,
        by=RAFAEL,
        summary="Provider accepts unsigned components",
        description="I could start a component without a signature.",
        projects=("wascap",),
        email="unsigned@example.net",
        reason=DeclineReason.WITHDRAWN,
        message="As you wish: you found that your host was set to accept them. Thank you for looking twice.",
    ),
    Story(
        key="spam",
        ago=days(18),
        summary="Increase your traffic by 300 % today",
        description="Dear owner of the website, our team places your links on ten thousand pages.",
        email="links@example.com",
        steps=(Decline(ago=days(17.8), by=LEAD, reason=DeclineReason.SPAM),),
    ),
)

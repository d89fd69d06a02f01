"""Reports that somebody still has to do something about. Every weakness in here is invented."""

from portal.demo.sample.people import ELIF, LEAD, MAINTAINER, MEILING, MEMBER, RAFAEL
from portal.demo.sample.story import (
    Acknowledge,
    Answer,
    Ask,
    Assess,
    Hear,
    Identify,
    Invite,
    Note,
    Recuse,
    Share,
    Story,
    Wait,
    days,
)
from reports.enums import ClockKind, CreditWish, Role

RECEIVED = (
    Story(
        key="overdue",
        ago=days(9, hours=3),
        summary="A component can read files next to its own folder through the file provider",
        description=(
            "The file provider joins the requested name to its root before it normalises it. With a doubly encoded\n"
            "`%252e%252e%252f` a component leaves its folder and reads what lies beside it.\n\n"
            "```\nGET /files/%252e%252e%252fneighbour/settings.toml\n```\n\n"
            "I noticed it while writing a backup tool, and have not looked any further than one folder up."
        ),
        projects=("capability-providers",),
        affected_versions="0.27.0 and 0.28.1; I did not try earlier ones",
        reproduction="1. Link any component to the file provider.\n2. Ask for the path above.\n3. The file is in the answer.",
        impact="Whoever may deploy one component can read the files of the others on that host.",
        name="Robin Achterberg",
        email="robin@example.net",
        credit_wish=CreditWish.YES,
        files=(("requests.http", b"GET /files/%252e%252e%252fneighbour/settings.toml HTTP/1.1\nHost: localhost\n"),),
    ),
    Story(
        key="near",
        near=ClockKind.ACKNOWLEDGE,
        summary="Old claims stay valid after a signing key was removed",
        description=(
            "After `wash keys delete` the host goes on accepting components signed with that key until it restarts.\n"
            "I would expect removal to count at once, or the documentation to say when it does."
        ),
        projects=("wascap", "wash"),
        affected_versions="wash 0.39",
        name="P. Lindgren",
        email="lindgren@example.com",
    ),
    Story(
        key="fresh",
        ago=days(0, hours=5),
        summary="The dashboard shows a component's error text as HTML",
        description=(
            "An error message with `<img src=x>` in it appears as a broken image on the page of the component.\n"
            "Scripts did not run for me, but links and forms do appear."
        ),
        projects=("washboard",),
        impact="Somebody who can make a component fail can put a false sign-in form before an operator.",
        email="kestrel@example.org",
        credit_wish=CreditWish.NO,
    ),
    Story(
        key="anonymous",
        ago=days(1, hours=2),
        summary="Operator copies a registry password into an event that everybody in the namespace can read",
        description=(
            "When an image cannot be pulled, the operator writes an event with the whole pull address, and that\n"
            "carries the password when it was given in the address. `kubectl get events` shows it."
        ),
        projects=("wasmcloud-operator",),
        reproduction="Give the registry as `https://user:password@registry.example/…` and stop the registry.",
    ),
    Story(
        key="dependency",
        ago=days(1, hours=20),
        summary="The archive library that wash uses writes outside the target folder",
        description=(
            "`wash new` unpacks templates with a library whose check for links comes too late. A template with a\n"
            "link followed by a file of the same name writes wherever the link points to."
        ),
        dependency=("tiny-unpack", "1.4.2"),
        affected_versions="every wash that has `wash new`",
        discloses_in_days=60,
        name="Ottoline Marsh",
        email="ottoline@example.net",
        credit_wish=CreditWish.YES,
    ),
)

QUARANTINED = (
    Story(
        key="flood-1",
        ago=days(0, hours=9),
        summary="URGENT!!! your site has CRITICAL bug, pay to learn more",
        description="Hello dear, I have found critical bug in your website. Kindly tell me your bounty before I send it.",
        email="bounty-hunter@example.com",
        quarantined=True,
    ),
    Story(
        key="flood-2",
        ago=days(0, hours=8.9),
        summary="Missing header on a page of the documentation",
        description="The page https://example.org/docs answers without the header X-Something. Severity: P1.",
        email="bounty-hunter@example.com",
        quarantined=True,
    ),
)

TRIAGE = (
    Story(
        key="waiting",
        ago=days(16),
        summary="Host runs out of memory when many components start at once",
        description="With about two hundred starts in a second my host is killed by the system.",
        projects=("wasmcloud",),
        affected_versions="1.4",
        name="Hedda Nyström",
        email="hedda@example.net",
        steps=(
            Acknowledge(
                ago=days(15),
                by=LEAD,
                message="Thank you, Hedda. I have read it and will try it on a small host this week.",
            ),
            Note(ago=days(13), by=LEAD, message="Cannot see it with 300 starts on 2 GB. May need their limits."),
            Answer(
                ago=days(9.5),
                by=LEAD,
                message="I could not make it happen with 2 GB. Which limits does your host have?",
            ),
            Wait(ago=days(9.4), by=LEAD),
            Answer(
                ago=days(3),
                by=LEAD,
                message="A short word that I have not forgotten you: your limits are all I still need.",
            ),
        ),
    ),
    Story(
        key="triage-near",
        near=ClockKind.NEXT_UPDATE,
        summary="Manifest import follows links to the host's own network",
        description=(
            "`wadm` fetches a manifest from any address. With `http://127.0.0.1:8222/` it fetches the message broker's\n"
            "own page and shows a part of it in the error."
        ),
        projects=("wadm",),
        impact="A way to look around in a network that is not reachable from outside.",
        name="Tarek Boutros",
        email="tarek@example.com",
        credit_wish=CreditWish.YES,
        steps=(
            Acknowledge(
                after=days(0, hours=0.5), by=MEILING, message="Thank you. This is worth a close look, and I have begun."
            ),
            Note(
                after=days(1),
                by=MEILING,
                message="Confirmed for addresses of the host itself. The error shows 200 bytes.",
            ),
        ),
    ),
    Story(
        key="handed",
        ago=days(5),
        summary="A crafted interface definition makes the code generator write anywhere",
        description="A package name with `/../` in it ends up in a path. `wash build` then writes outside `generated/`.",
        projects=("wash", "component-sdk-go"),
        reproduction="Take the attached definition and run `wash build`.",
        files=(("escape.wit", b"package outside:..-..-home;\n\nworld sample {}\n"),),
        name="Yui Tanabe",
        email="yui@example.org",
        steps=(
            Acknowledge(
                ago=days(4.2),
                by=RAFAEL,
                message="Thank you, Yui. The file was all I needed to see it. I will tell you more soon.",
            ),
            Note(ago=days(3.9), by=RAFAEL, message="@sunniva-rao should look at the Go side once we know it is one."),
            Hear(
                ago=days(1.5),
                message="In case it helps: only names with two dots are affected, one dot is refused.",
                file=("one-dot.txt", b"error: a name must not begin with a dot\n"),
            ),
        ),
    ),
    Story(
        key="recused",
        ago=days(4),
        summary="A secret stays readable in the log of the debug level",
        description="With the log level `debug` the provider writes the whole answer of the secrets service, values included.",
        projects=("secrets-backend",),
        name="Bram Okonjo",
        email="bram@example.net",
        steps=(
            Acknowledge(
                ago=days(3.1), by=LEAD, message="Thank you, Bram. Turn the level down meanwhile; we are on it."
            ),
            Recuse(ago=days(3), by=MEMBER, reason="I wrote that log line."),
            Note(ago=days(2), by=MEILING, message="It has been there since 0.3. All released versions, then."),
        ),
    ),
    Story(
        key="exploited",
        ago=days(2),
        summary="Sign-up tokens of the lattice can be guessed from their time of issue",
        description=(
            "The token is made from the time in milliseconds and a counter. Who knows about when it was issued needs\n"
            "fewer than 100,000 tries, and nothing counts them."
        ),
        projects=("control-interface",),
        exploit_evidence="In our own log: 40,000 failed tries within an hour, then one that succeeded. Excerpt on request.",
        impact="Joining a lattice without being asked.",
        name="Noor van Dijk",
        email="noor@example.com",
        steps=(
            Acknowledge(
                ago=days(1.8),
                by=MEILING,
                message="Thank you, Noor, above all for the log. Please send the excerpt; treat every token as known meanwhile.",
            ),
            Hear(
                ago=days(1.2),
                message="Here it is. I have removed our customers' names.",
                file=("excerpt.log", b"02:14:07 join refused: no such token\n" * 40 + b"03:09:51 joined\n"),
            ),
            Note(ago=days(1), by=LEAD, message="This one first, everybody. Who has an hour this afternoon?"),
        ),
    ),
)

IDENTIFIED = (
    Story(
        key="shared",
        ago=days(11),
        summary="Key-value provider mixes up the data of two links with the same name",
        description="Two components with a link called `default` get each other's keys when they start within one second.",
        projects=("capability-providers",),
        affected_versions="0.26 to 0.28",
        name="Lena Sørbø",
        email="lena@example.net",
        credit_wish=CreditWish.YES,
        steps=(
            Acknowledge(ago=days(10), by=MEMBER, message="Thank you, Lena. I have read it and am trying it out."),
            Assess(ago=days(8), by=MEMBER, vector="CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:C/C:H/I:L/A:N", weakness="CWE-362"),
            Identify(
                ago=days(7.9),
                by=MEMBER,
                message="You are right, and it is as you say: both links end up under one key. A fix is being written.",
            ),
            Share(ago=days(7.5), by=MEMBER, to=MAINTAINER, reason="Wrote the provider and knows how links are stored."),
            Invite(ago=days(5), name="Aksel Sørbø", email="aksel@example.net"),
            Hear(ago=days(4.5), message="Aksel found it together with me, so I have invited him."),
            Answer(
                ago=days(3), by=MEMBER, message="Welcome, Aksel. The fix is under review; I will write again this week."
            ),
        ),
    ),
    Story(
        key="identified-low",
        ago=days(20),
        summary="Build cache keeps a private registry's token with readable permissions",
        description="`~/.cache/wash/registry.json` is created with mode 0644 and holds the token.",
        projects=("wash",),
        email="finch@example.org",
        steps=(
            Acknowledge(ago=days(18.5), by=RAFAEL, message="Thank you. That should not be so, and I will look at it."),
            Answer(ago=days(13), by=RAFAEL, message="I have seen it here too. One question is left: Windows."),
            Assess(ago=days(9), by=RAFAEL, vector="CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N", weakness="CWE-732"),
            Identify(
                ago=days(8.8),
                by=RAFAEL,
                message="Confirmed for Linux and macOS. It will be fixed with the next release.",
            ),
            Answer(
                ago=days(2.5),
                by=RAFAEL,
                message="The change is merged on a private branch, and the release is being planned.",
            ),
            Ask(
                ago=days(1),
                by=RAFAEL,
                to=MAINTAINER,
                role=Role.REVIEWER,
                reason="Has kept secrets on Windows before.",
            ),
        ),
    ),
    Story(
        key="identified-critical",
        ago=days(6),
        summary="A component can call interfaces that it was never linked to",
        description=(
            "The host checks the link when a call is prepared, not when it is made. Between the two a component can\n"
            "change the target. The attached sketch calls the messaging interface without having it."
        ),
        projects=("wasmcloud",),
        affected_versions="1.2.0 up to now",
        files=(("sketch.rs", b"fn main() {\n    // prepare(target_a); swap(target_b); call();\n}\n"),),
        discloses_in_days=45,
        name="Magnus Iyer",
        email="magnus@example.com",
        credit_wish=CreditWish.YES,
        steps=(
            Acknowledge(
                ago=days(5.8), by=LEAD, message="Thank you, Magnus. I have started on it and hear the urgency."
            ),
            Assess(ago=days(4), by=LEAD, vector="CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:N", weakness="CWE-367"),
            Identify(
                ago=days(3.9),
                by=LEAD,
                message="It is real, in every 1.x since 1.2. Your date suits us; we work towards it.",
            ),
            Note(
                ago=days(3),
                by=LEAD,
                message="Elif knows that code best, so I have asked her in.",
            ),
            Ask(ago=days(3), by=LEAD, to=ELIF, role=Role.DEVELOPER, reason="Wrote most of that code."),
            Hear(ago=days(0.4), message="Good to hear. I can try a candidate whenever there is one."),
        ),
    ),
)

"""Reports of what somebody told before: to us, or to everybody. Every weakness in here is invented."""

from portal.demo.sample.people import MEILING, RAFAEL
from portal.demo.sample.story import Acknowledge, Group, Story, days

TOLD_BEFORE = (
    Story(
        key="alike",
        ago=days(1, hours=20),
        summary="File provider: a component can read files next to its own folder",
        description=(
            "The file provider joins the requested name to its root before it normalises it. With a doubly encoded\n"
            "`%252e%252e%252f` a component leaves its folder and reads what lies beside it. The log says nothing."
        ),
        projects=("capability-providers",),
        affected_versions="0.28.1",
        name="Noor Haddad",
        email="noor@example.org",
        steps=(
            Acknowledge(ago=days(1, hours=2), by=MEILING, message="Thank you, Noor. I am trying it on a host of ours."),
            Group(ago=days(1, hours=1), by=MEILING, other="overdue"),
        ),
    ),
    Story(
        key="public-issue",
        ago=days(1, hours=9),
        summary="A public issue shows how to read the tokens of other sessions from the log",
        description=(
            "Somebody opened an ordinary issue about noisy logs, and one of the lines in it is a token that still\n"
            "works. Whoever reads the issue can do the same with the log of any host. Please look before others do."
        ),
        projects=("wash",),
        public_where="https://github.example/wasmcloud/wash/issues/482",
        email="passer-by@example.net",
        steps=(
            Acknowledge(
                ago=days(1, hours=6),
                by=RAFAEL,
                message="Thank you for telling us. The issue is out of sight for now, and I am reading it closely.",
            ),
        ),
    ),
)

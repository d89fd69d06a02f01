"""What the sample's reports tell the world, once they may. Every weakness in here is invented."""

from disclosures.ecosystems import Ecosystem
from portal.demo.sample.people import ELIF, KOFI, LEAD, MEILING, MEMBER
from portal.demo.sample.story import Advise, Package, days

HEADER = Advise(
    ago=days(5),
    by=ELIF,
    title="Denial of service by oversized request headers",
    overview="Whoever can send a request to the HTTP provider can stop it, and keep it stopped, without signing in.",
    details=(
        "Headers are copied into a buffer of 64 KiB before their length is looked at. A longer one ends the task that"
        " serves all connections. The same buffer is used for the trailers of a chunked request."
    ),
    fix="Update the provider to 0.27.3 and the host to 1.9.1. Both now answer such a request with 431.",
    workaround="Put a proxy in front that refuses headers of more than 32 KiB.",
    packages=(
        Package(
            project="capability-providers",
            ecosystem=Ecosystem.OCI,
            name="ghcr.io/wasmcloud/http-server",
            introduced="0.20.0",
            fixed_in="0.27.3",
        ),
        Package(project="wasmcloud", ecosystem=Ecosystem.RUST, name="wasmcloud-host", fixed_in="1.9.1"),
    ),
)

SCALING = Advise(
    ago=days(6.5),
    by=MEILING,
    title="Integer underflow when an application is scaled",
    overview="Somebody who may deploy one application can take all of its instances away by a count below zero.",
    details=(
        "The count is read as a signed number and stored as an unsigned one. The controller then plans more instances"
        " than any host can take, and stops the ones that run while it tries to."
    ),
    fix="Update wadm to 0.21.1, which refuses counts below zero.",
    workaround="",
    packages=(Package(project="wadm", ecosystem=Ecosystem.RUST, name="wadm", introduced="0.12.0", fixed_in="0.21.1"),),
)

TEMPLATES = Advise(
    ago=days(15),
    by=KOFI,
    title="Code execution by comments in project templates",
    overview="A project that was made from an untrusted template can run its author's commands on the first install.",
    details=(
        "Comments of the template's manifest are carried over unquoted. Three of the templates that we publish"
        " ourselves could be changed by a pull request in such a way, and none of them was."
    ),
    fix="Make new projects with 0.9.3 of the tools, or from the examples of 2026.11. Existing ones need no change.",
    workaround="Install with `--ignore-scripts`.",
    packages=(
        Package(project="typescript", ecosystem=Ecosystem.NPM, name="@wasmcloud/create", fixed_in="0.9.3"),
        Package(project="examples", ecosystem=Ecosystem.OTHER, name="wasmcloud-examples", fixed_in="2026.11"),
    ),
)

CERTIFICATE = Advise(
    ago=days(35),
    by=LEAD,
    title="Improper certificate validation for IPv6 addresses",
    overview="A client that connects to a lattice by an IPv6 address can be led to a host that it did not mean.",
    details=(
        "Of an address in the certificate the network part alone was compared, so that a certificate for a neighbour in"
        " the same network passed. Host names and IPv4 addresses were checked in full."
    ),
    fix="Update the client library to 2.4.0.",
    workaround="Connect by a host name.",
    packages=(
        Package(
            project="control-interface",
            ecosystem=Ecosystem.RUST,
            name="wasmcloud-control-interface",
            introduced="1.0.0",
            fixed_in="2.4.0",
        ),
    ),
)

LOG = Advise(
    ago=days(79),
    by=MEMBER,
    title="Log injection by names of components",
    overview="Somebody who may start a component can write lines into the host's log that look like the host's own.",
    details="Control characters of the name were written as they came. They are escaped now, in every field.",
    fix="Update the host to 1.6.1.",
    workaround="Have the log written as JSON, where the name stays one value.",
    packages=(
        Package(
            project="wasmcloud", ecosystem=Ecosystem.RUST, name="wasmcloud-host", introduced="1.4.0", fixed_in="1.6.1"
        ),
    ),
)

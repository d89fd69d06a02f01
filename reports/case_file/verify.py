"""Checks an unpacked case file with nothing but Python 3.9 or later: python3 verify.py"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
GENESIS = "0" * 64
COVERED = ("at", "chain", "details", "kind", "seq", "who")


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def check_files(listed: dict) -> Iterator[str]:  # type: ignore[type-arg] # plain JSON
    """Each file is there, as it was packed, and there is no other."""
    for name, expected in listed.items():
        path = FOLDER / name
        if not path.is_file():
            yield f"{name} is missing."
        elif sha256_of(path) != expected:
            yield f"{name} is not what was packed."
    for path in sorted(FOLDER.rglob("*")):
        name = path.relative_to(FOLDER).as_posix()
        if path.is_file() and name not in listed and name != "MANIFEST.json":
            yield f"{name} was added."


def check_chain(manifest: dict) -> Iterator[str]:  # type: ignore[type-arg] # plain JSON
    """Each event follows the one before it, and the last one tells of this very case file."""
    end, previous, number, event = manifest["chain"], GENESIS, 0, {}
    for number, line in enumerate((FOLDER / "timeline.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        event = json.loads(line)
        content = canonical({key: event[key] for key in COVERED})
        if (event["seq"], event["chain"], event["previous_hash"]) != (number, end["name"], previous):
            yield f"Event {event['seq']} does not follow the one before it."
        if hashlib.sha256(f"{event['previous_hash']}\n{content}".encode()).hexdigest() != event["hash"]:
            yield f"Event {event['seq']} was changed."
        previous = event["hash"]
    if (number, previous) != (end["length"], end["hash"]):
        yield "The timeline does not end where the manifest says."
    attested = canonical({name: manifest["files"].get(name) for name in manifest["attested"]})
    if event.get("details", {}).get("contents") != hashlib.sha256(attested.encode()).hexdigest():
        yield "The last event tells of other contents than these."


def main() -> int:
    manifest = json.loads((FOLDER / "MANIFEST.json").read_text(encoding="utf-8"))
    found = list(check_files(manifest["files"]))
    try:
        found += check_chain(manifest)
    except (OSError, ValueError, KeyError, TypeError):
        found.append("The timeline cannot be read.")
    good = f"Everything fits: {len(manifest['files'])} files, {manifest['chain']['length']} events."
    sys.stdout.write("\n".join(found or [good]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

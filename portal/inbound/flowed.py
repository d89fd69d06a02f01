"""Text whose lines were broken for the way only (RFC 3676), put together again."""

from typing import Final

SIGNATURE: Final = "-- "


def joined(text: str, *, delete_space: bool) -> str:
    """`delete_space`: the space at the end of a flowed line belongs to the break, not to the text (DelSp)."""
    lines: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        level = len(line) - len(content)
        content = content.removeprefix(" ")
        is_flowed = content.endswith(" ") and content != SIGNATURE
        if paragraph and (level != depth or content == SIGNATURE):
            lines.append(_quoted("".join(paragraph), depth))
            paragraph = []
        depth = level
        paragraph.append(content[:-1] if is_flowed and delete_space else content)
        if not is_flowed:
            lines.append(_quoted("".join(paragraph), depth))
            paragraph = []
    if paragraph:
        lines.append(_quoted("".join(paragraph), depth))
    return "\n".join(lines)


def _quoted(line: str, depth: int) -> str:
    return f"{'>' * depth} {line}" if depth else line

"""Descriptions written with bullets and line breaks become paragraphs and lists, so that pages can set them well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

BULLET = "•"
BLOCK = re.compile(r"</?p\b[^>]*>|\n\s*\n|(?:</?br\s*/?>\s*){2,}", re.IGNORECASE)
LINE = re.compile(r"</?br\s*/?>|\n", re.IGNORECASE)


def with_lists(text: str) -> str:
    """Text without bullets stays as it is."""
    text = text.replace("&bull;", BULLET)
    return "\n".join(part for block in BLOCK.split(text) for part in _parts(block)) if BULLET in text else text


def _parts(block: str) -> Iterator[str]:
    lines = [line.strip() for line in LINE.split(block) if line.strip()]
    for is_list, group in groupby(lines, key=lambda line: line.startswith(BULLET)):
        if is_list:
            items = "".join(f"<li>{line.lstrip(BULLET).strip()}</li>" for line in group)
            yield f"<ul>{items}</ul>"
        else:
            yield f"<p>{'<br>'.join(group)}</p>"

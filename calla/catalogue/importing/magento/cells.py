"""The small language within Magento's cells: `size=XS,color=Green`, and `|` between several of that or of values."""

from __future__ import annotations

import html
import re

# A comma within a value is no end of it.
NEXT = re.compile(r",(?=\w+=)")


def pairs(text: str) -> dict[str, str]:
    told = (part.partition("=") for part in NEXT.split(text) if "=" in part)
    return {code.strip(): html.unescape(value).strip() for code, _, value in told}


def variations(text: str) -> list[dict[str, str]]:
    return [found for part in text.split("|") if (found := pairs(part))]


def several(value: str) -> list[str]:
    return [part.strip() for part in value.split("|") if part.strip()]

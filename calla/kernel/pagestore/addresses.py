"""Which addresses may be stored, and under which name: the same page has one name, and nonsense has none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

Parameters = Mapping[str, re.Pattern[str]]
MOST_PARAMETERS = 20
LONGEST = 400
# What others hang on links to follow people. No page of ours reads it.
HUNG_ON = re.compile(r"utm_\w+|mc_[ce]id|(?:g|fb|d|tt|y|tw)clid|msclkid|igshid|srsltid|[gw]braid|li_fat_id|_g[al]")
_exact: dict[str, Parameters] = {}
_below: dict[str, Parameters] = {}


def declare(address: str, **parameters: str) -> None:
    """`declare("/products/{}", variant="[0-9]+")`: one variable part at most, at the end; patterns of what may follow
    in the query. Every other parameter makes it a page that is not stored."""
    head, _, last = address.rpartition("/")
    known = {name: re.compile(pattern) for name, pattern in parameters.items()}
    (_below if last == "{}" else _exact)[head if last == "{}" else address] = known


def parameters_of(path: str) -> Parameters | None:
    """What may be asked at this path; None where nothing is stored."""
    known = _exact.get(path)
    if known is None:
        head, _, last = path.rpartition("/")
        known = _below.get(head) if last else None
    return known


def query_of(known: Parameters, query: str) -> tuple[str | None, str]:
    """The query as it is stored, None for one that is not; and the query without what others hung on."""
    try:
        asked = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return None, query
    own = [(name, value) for name, value in asked if not HUNG_ON.fullmatch(name)]
    if len(own) < len(asked):
        query = "&".join(part for part in query.split("&") if not HUNG_ON.fullmatch(part.partition("=")[0]))
    chosen = dict(own)
    if len(chosen) < len(own) or not all(name in known and known[name].fullmatch(chosen[name]) for name in chosen):
        return None, query
    return "&".join(f"{name}={chosen[name]}" for name in known if name in chosen), query


def declared() -> dict[str, Parameters]:
    """Every declared address, for those who look at all of them."""
    return {**_exact, **{f"{head}/{{}}": known for head, known in _below.items()}}

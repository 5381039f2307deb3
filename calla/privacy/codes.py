"""The code that each letter carries, so that whoever gets one can ask whether we wrote it.

Twelve characters that a person can type: four say where the letter's row lies, eight are made from its id and a secret
that only this shop has. Nothing of it is stored, and there are as many codes as sixty bits can tell apart.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from calla.policy import enforces
from calla.privacy import roots
from calla.privacy.known_limits import known
from calla.privacy.models import Letter

known(
    "A code copied from a letter of ours into a false one is known as ours; only kind and day tell them apart.",
    reviewed="2026-11-26",
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # five bits a character, and none that looks like another
LOOKALIKE = str.maketrans("OIL", "011")
GROUP, PLACE, PROOF = 4, 4, 8  # characters
NOBODYS = UUID(int=0)


@dataclass(frozen=True)
class Written:
    """What a code tells whoever types it: the kind of letter and its day, and nothing of whom it went to."""

    kind: str
    on: date


@enforces("letters_carry_code")
def code(letter_id: UUID) -> str:
    """Three groups of four, `7K2M-9QXT-4HDB`; the same for a letter that goes out once more."""
    made = _place(letter_id) + _proof(letter_id)
    return "-".join(made[at : at + GROUP] for at in range(0, len(made), GROUP))


def ask(typed: str) -> Written | None:
    """The letter that carries this code. However near a wrong one comes, finding out takes as long."""
    plain = _plain(typed)
    if len(plain) != PLACE + PROOF:
        return None
    found = None
    for letter in _lying_at(plain[:PLACE]) or [Letter(id=NOBODYS)]:
        if hmac.compare_digest(_proof(letter.id), plain[PLACE:]) and letter.id != NOBODYS:
            found = letter
    return Written(found.kind, (found.sent_at or found.queued_at).date()) if found else None


def _lying_at(place: str) -> list[Letter]:
    shift = 128 - 5 * PLACE
    first = sum(ALPHABET.index(letter) << 5 * at for at, letter in enumerate(reversed(place))) << shift
    ids = UUID(int=first), UUID(int=first | ((1 << shift) - 1))
    return list(Letter.objects.filter(id__range=ids).only("id", "kind", "sent_at", "queued_at"))


def _place(letter_id: UUID) -> str:
    return _spelt(letter_id.int >> (128 - 5 * PLACE), PLACE)


def _proof(letter_id: UUID) -> str:
    made = hmac.digest(roots.secret("index"), b"code of letter\0" + letter_id.bytes, hashlib.sha256)
    return _spelt(int.from_bytes(made, "big"), PROOF)


def _spelt(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * at & 31] for at in reversed(range(length)))


def _plain(typed: str) -> str:
    """As it was typed by hand: any grouping, small letters, an O for a zero; empty where it is no code at all."""
    bare = re.sub(r"[\s.·_‐-―-]", "", typed).upper().translate(LOOKALIKE)
    return bare if all(letter in ALPHABET for letter in bare) else ""

"""The privacy policy as configuration: read, checked, decided by, compared and read aloud.

Pure Python; it knows no shop and no web framework. `program` takes the words of the apps, `load` reads a policy in
those words, and `decide` answers what it allows.
"""

from calla.policy.actions import (
    ANYBODY,
    Allowed,
    Collect,
    Keep,
    NotAllowed,
    Person,
    Process,
    Read,
    Refused,
    Release,
    Sell,
    SetCookie,
    Transfer,
    Write,
)
from calla.policy.decide import decide
from calla.policy.errors import PolicyErrors, Problem
from calla.policy.loading import load, loads
from calla.policy.model import Policy, Sentence
from calla.policy.program import Program, enforcement_points, enforces, load_words
from calla.policy.rules import CookieRule, Rules

__all__ = [
    "ANYBODY", "Allowed", "Collect", "CookieRule", "Keep", "NotAllowed", "Person", "Policy", "PolicyErrors", "Problem",
    "Process", "Program", "Read", "Refused", "Release", "Rules", "Sell", "Sentence", "SetCookie", "Transfer", "Write",
    "decide", "enforcement_points", "enforces", "load", "load_words", "loads",
]  # fmt: skip

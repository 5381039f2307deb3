"""The privacy policy as configuration: read, checked, decided by, compared and read aloud.

Pure Python; it knows no shop and no web framework. `program` takes the words of the apps, `load` reads a policy in
those words, `decide` answers what it allows, and `Versions` says which one binds whom.
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
    Receive,
    Refused,
    Release,
    Sell,
    SetCookie,
    Show,
    Transfer,
    Write,
)
from calla.policy.check import check
from calla.policy.compare import Change, compare
from calla.policy.decide import decide
from calla.policy.enforcing import Point, enforcement_points, enforces
from calla.policy.errors import PolicyErrors, Problem
from calla.policy.loading import load, loads
from calla.policy.model import Policy, Sentence
from calla.policy.plan import Plan, plan
from calla.policy.program import Program, load_words
from calla.policy.retention import held_until, keep_until, readable_under
from calla.policy.rules import CookieRule, Rules
from calla.policy.translation import Translation, load_translations
from calla.policy.uses import Use
from calla.policy.versions import Versions
from calla.policy.view import as_data, view

__all__ = [
    "ANYBODY",
    "Allowed",
    "Change",
    "Collect",
    "CookieRule",
    "Keep",
    "NotAllowed",
    "Person",
    "Plan",
    "Point",
    "Policy",
    "PolicyErrors",
    "Problem",
    "Process",
    "Program",
    "Read",
    "Receive",
    "Refused",
    "Release",
    "Rules",
    "Sell",
    "Sentence",
    "SetCookie",
    "Show",
    "Transfer",
    "Translation",
    "Use",
    "Versions",
    "Write",
    "as_data",
    "check",
    "compare",
    "decide",
    "enforcement_points",
    "enforces",
    "held_until",
    "keep_until",
    "load",
    "load_translations",
    "load_words",
    "loads",
    "plan",
    "readable_under",
    "view",
]

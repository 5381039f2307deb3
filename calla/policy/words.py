"""The words the format brings itself. In a ranked list the strictest word comes first."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "basis": {
        "consent": {"en": "your consent", "de": "deine Einwilligung"},
        "opt_out": {"en": "our interest, until you object", "de": "unser Interesse, bis du widersprichst"},
        "contract": {"en": "our contract with you", "de": "unser Vertrag mit dir"},
        "legal_obligation": {"en": "a duty by law", "de": "eine Pflicht nach dem Gesetz"},
    },
    "transfer": {
        "never": {"en": "never", "de": "nie"},
        "after_notice": {"en": "after notice", "de": "nach Ankündigung"},
    },
    "sale": {"never": {"en": "never", "de": "nie"}},
    "ground": {
        "law": {"en": "obey the law", "de": "dem Gesetz gehorchen"},
        "policies": {"en": "enforce the terms of this shop", "de": "die Regeln dieses Ladens durchsetzen"},
        "rights": {"en": "defend rights", "de": "Rechte verteidigen"},
        "safety": {"en": "keep people and property safe", "de": "Menschen und Eigentum schützen"},
    },
    "cookie kind": {
        "session": {"en": "until you close the browser", "de": "bis du den Browser schließt"},
        "persistent": {"en": "for a set time", "de": "für eine feste Zeit"},
    },
    "cookie need": {
        "choice": {"en": "your choice", "de": "deine Wahl"},
        "required": {"en": "needed to work", "de": "nötig"},
    },
}

REGIONS = {
    "EU": frozenset(
        [
            "AT",
            "BE",
            "BG",
            "HR",
            "CY",
            "CZ",
            "DK",
            "EE",
            "FI",
            "FR",
            "DE",
            "GR",
            "HU",
            "IE",
            "IT",
            "LV",
            "LT",
            "LU",
            "MT",
            "NL",
            "PL",
            "PT",
            "RO",
            "SK",
            "SI",
            "ES",
            "SE",
        ]
    ),
}
REGIONS["EEA"] = REGIONS["EU"] | {"IS", "LI", "NO"}

"""Columns that sound like a person's. The registry refuses a table that nobody declared; a whole table may be declared
as not personal, though, and a column added to it later would pass in silence."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

from calla.privacy.registry import Declared, Pseudonymous
from calla.privacy.sealed import Sealed
from tests.architecture.checks.relations import where
from tests.architecture.checks.tree import Finding

PERSONAL = re.compile(
    r"(?:^|_)(?:e?mail|phone|mobile|surname|firstname|first_name|last_name|full_name|given_name|family_name|birth\w*"
    r"|born|gender|street|address|postcode|postal_code|zip|city|ip|user_agent|browser|device|fingerprint|iban|bic"
    r"|card_number|passport|tax_id|vat_id|customer|shopper|visitor|buyer|recipient_name|signature|comment|remark|note"
    r"|message)(?:_|$)"
)
OPAQUE = (models.BooleanField, models.UUIDField, models.BinaryField, models.ForeignKey)


def plain_columns_that_sound_personal(tables: Iterable[Declared]) -> list[Finding]:
    """Plain columns with such a name. Sealed it is safe; declared as pseudonymous, somebody gave a reason."""
    says = "sounds personal: seal it, or give it another name"
    return [
        Finding(*where(table.model, field.name), f"{table.model.__name__}.{field.name} {says}")
        for table in tables
        for field in table.model._meta.local_fields
        if PERSONAL.search(field.name) and not _is_safe(field, table.columns.get(field.attname))
    ]


def _is_safe(field: "models.Field[Any, Any]", meaning: object) -> bool:
    return isinstance(field, (Sealed, *OPAQUE)) or isinstance(meaning, Pseudonymous)

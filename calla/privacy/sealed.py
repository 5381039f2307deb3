"""Sealed columns: personal values encrypted with the key of their thing, opened for a purpose only.

    class Order(AboutPerson):
        key = models.UUIDField()
        details = Sealed(OrderDetails)

    order.details.seal(OrderDetails(...))
    order.details.open("orders.carrier").delivery_address

AES-256-GCM; the additional data binds model, row, person, column and schema, so that a sealed value copied to another
row does not open there. Sealing needs the row's own primary key, so such rows use UUIDs made by the program.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from calla.policy import enforces
from calla.privacy import keys, reading
from calla.privacy.errors import KeyGone, SealBroken, SealedLookup
from calla.privacy.types import Actor, Personal, as_plain

P = TypeVar("P", bound=Personal)


class AboutPerson(models.Model):
    """Base of every row about a person: it names the subject, and can tell the dates that its retention hangs on."""

    subject = models.ForeignKey("privacy.Subject", models.PROTECT)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    def life(self) -> dict[str, Any]:
        """Event of the policy's words -> the date it happened; see `keep` in the policy file."""
        return {}


@enforces("sealed_per_person")
class SealedValue(Generic[P]):
    """One sealed column of one row, shut until opened for a purpose."""

    __slots__ = ("field", "row")

    def __init__(self, row: Any, field: Sealed[P]) -> None:
        self.row, self.field = row, field

    def seal(self, value: P) -> None:
        """Replace the value; the caller saves the row."""
        self._seal(value.plain())

    def _seal(self, plain: Mapping[str, Any]) -> None:
        body = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
        nonce = secrets.token_bytes(12)
        cipher = keys.cipher(getattr(self.row, self.field.key))
        self.row.__dict__[self.field.attname] = nonce + cipher.encrypt(nonce, body, self._bound_to())

    def change(self, **values: Any) -> None:
        """Replace these fields and leave the rest as it is, read by nobody; the caller saves the row."""
        if unknown := values.keys() - self.field.kind.names():
            raise TypeError(f"{self.field.kind.__name__} has no {', '.join(sorted(unknown))}.")
        self._seal(self._plain() | {name: as_plain(value) for name, value in values.items()})

    def open(self, purpose: str, *, only: Collection[str] | None = None, by: Actor | None = None) -> P:
        """The fields that the policy in force for this person grants `purpose` (`"orders"` or `"orders.carrier"`).

        Who needs less than that says which categories: `only` those are there. Counts the opening; one by staff is
        written to the ledger. Raises NotGranted, KeyGone, KeysUnavailable.
        """
        granted = reading.granted(self.row, self.field.kind, purpose)
        if only is not None:
            granted &= set(only)
        value = self.field.kind.granted(self._plain(), granted, purpose)
        reading.count(self.row, purpose, by)
        return value

    def _plain(self) -> dict[str, Any]:
        sealed = self.row.__dict__.get(self.field.attname)
        if not sealed:
            raise KeyGone
        cipher: AESGCM = keys.cipher(getattr(self.row, self.field.key))
        try:
            body = cipher.decrypt(bytes(sealed[:12]), bytes(sealed[12:]), self._bound_to())
        except InvalidTag:
            raise SealBroken(f"{self.row._meta.label}.{self.field.attname}") from None
        plain: dict[str, Any] = json.loads(body)
        return plain

    def _bound_to(self) -> bytes:
        row, subject = self.row, self.row.subject_id
        if not isinstance(row.pk, UUID) or not subject:
            raise TypeError(f"{row._meta.label} needs its UUID and its subject before anything is sealed in it.")
        return f"{row._meta.label}|{row.pk}|{subject}|{self.field.attname}|{self.field.kind.schema}".encode()

    def __repr__(self) -> str:
        return f"<{self.field.kind.__name__}: sealed>"

    __str__ = __repr__


class Sealed(models.BinaryField, Generic[P]):  # type: ignore[type-arg]
    """A column that holds one sealed Personal value; `key` names the row's column with the id of its data key."""

    def __init__(self, kind: type[P], *, key: str = "key", **options: Any) -> None:
        self.kind, self.key = kind, key
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """Migrations see bytes: what they mean is the program's business, not the table's."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BinaryField", args, options

    def clone(self) -> Sealed[P]:
        _name, _path, args, options = super().deconstruct()
        return type(self)(self.kind, *args, key=self.key, **options)

    def __copy__(self) -> Sealed[P]:
        return self.clone()

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Descriptor(self))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__.get(self.attname)

    def value_from_object(self, obj: models.Model) -> Any:
        return obj.__dict__.get(self.attname)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise SealedLookup(f"{self.name} is sealed and cannot be searched; look people up by privacy.index.")

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: object) -> SealedValue[P]: ...  # type: ignore[override]


class _Descriptor:
    def __init__(self, field: Sealed[Any]) -> None:
        self.field = field

    def __get__(self, row: Any, owner: Any = None) -> Any:
        return self if row is None else SealedValue(row, self.field)

    def __set__(self, row: Any, value: Any) -> None:
        """Bytes as the database gives them; anything else must go through `seal`."""
        if isinstance(value, SealedValue):
            value = value.row.__dict__.get(value.field.attname)
        if value is not None and not isinstance(value, bytes | memoryview):
            raise TypeError(f"{self.field.name} is sealed: use .seal(...)")
        row.__dict__[self.field.attname] = bytes(value) if value is not None else None

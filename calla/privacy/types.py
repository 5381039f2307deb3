"""What other apps may know of privacy: who acts, what is personal, and how it looks when nobody may see it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, dataclass_transform
from uuid import UUID

from calla.privacy.errors import NotGranted


@dataclass(frozen=True)
class Actor:
    """Who does something: `kind` is customer, staff, provider or system; `subject` names the person, if one."""

    kind: str
    subject: UUID | None = None

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"


SYSTEM = Actor("system")
PROVIDER = Actor("provider")
OPERATOR = Actor("operator")  # whoever gives commands on the shop's own machine
CORRECTION = "rights.correction"  # the step under which people see what they may correct


@dataclass(frozen=True, slots=True, repr=False)
class Offer:
    """A value that its person may correct: as it is now, and how long it can be corrected.

    `shut` says why not any more, and what to do instead. What `adds` stays as it was written, and is set right beside.
    """

    name: str
    category: str
    label: str
    value: Any
    until: str = ""
    shut: str = ""
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Corrections:
    """How a table's rows are corrected by the people they are about.

    `offers` opens a row for CORRECTION and says what of it can be corrected. `correct` takes the row's key, the name of
    an offer and the new value, locks the row, and looks again: it raises CorrectionRefused for what is shut by then.
    `one` and `many` name what `offers` looks at beside the row, so that it is fetched for all rows together.
    """

    offers: Callable[[Any], Iterable[Offer]]
    correct: Callable[[UUID, str, Any], None]
    one: tuple[str, ...] = ()
    many: tuple[str, ...] = ()


def personal(category: str, load: Callable[[Any], Any] | None = None, default: Any = dataclasses.MISSING) -> Any:
    """A field of a Personal class; `load` makes its value from what JSON gives back."""
    return field(default=default, metadata={"category": category, "load": load})


@dataclass_transform(frozen_default=True, field_specifiers=(personal, field), kw_only_default=True)
class Personal:
    """Base of the small frozen classes that hold personal values while they are open.

    Each field names its category with `personal(...)`. A field that the purpose was not granted is simply not there:
    touching it raises NotGranted. Nothing that prints, formats or logs shows a value.
    """

    schema: ClassVar[int] = 1
    _categories: ClassVar[Mapping[str, str]]
    _loaders: ClassVar[Mapping[str, Callable[[Any], Any]]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, kw_only=True, repr=False)(cls)
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]
        cls._categories = {f.name: f.metadata["category"] for f in fields}
        cls._loaders = {f.name: f.metadata["load"] for f in fields if f.metadata["load"]}

    @classmethod
    def categories(cls) -> frozenset[str]:
        return frozenset(cls._categories.values())

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(cls._categories)

    @classmethod
    def optional(cls) -> frozenset[str]:
        """The categories that the program can do without: their fields have a default."""
        fields = dataclasses.fields(cls)  # type: ignore[arg-type]
        return frozenset(cls._categories[f.name] for f in fields if f.default is not dataclasses.MISSING)

    @classmethod
    def granted(cls, plain: Mapping[str, Any], categories: Iterable[str], purpose: str) -> Self:
        """An instance that has the fields of these categories only."""
        value = object.__new__(cls)
        allowed = set(categories)
        held = value.__dict__
        held["_purpose"] = purpose
        for name, category in cls._categories.items():
            if category in allowed and name in plain:
                load = cls._loaders.get(name)
                held[name] = load(plain[name]) if load and plain[name] is not None else plain[name]
        return value

    def plain(self) -> dict[str, Any]:
        """For sealing alone: the values as JSON takes them."""
        return {name: as_plain(getattr(self, name)) for name in self._categories}

    def opened(self) -> Iterator[tuple[str, str, Any]]:
        """Name, category and value of each field that was granted."""
        for name, category in self._categories.items():
            if name in self.__dict__:
                yield name, category, self.__dict__[name]

    def __getattr__(self, name: str) -> Any:
        if name in type(self)._categories:
            raise NotGranted(type(self)._categories[name], self.__dict__.get("_purpose", "nothing"))
        raise AttributeError(name)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: personal>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> Any:
        raise TypeError("Personal values are not pickled: seal them instead.")


def as_plain(value: Any) -> Any:
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value

"""The root of all errors: a message template over typed attributes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import ClassVar, dataclass_transform


@dataclass_transform(kw_only_default=True, frozen_default=True)
class LedgerError(Exception):
    """Base of all errors: catch this to catch everything the package raises on purpose.

    Built with keywords only, one for each attribute the class annotates.
    """

    code: ClassVar[str] = "ledger-error"
    template: ClassVar[str] = "The ledger refused."
    remedy: ClassVar[str] = "Read the message."

    def __init__(self, **figures: object) -> None:
        expected = _attributes(type(self))
        if set(figures) != expected:
            raise TypeError(f"{type(self).__name__} takes {sorted(expected)}, got {sorted(figures)}")
        for name, value in figures.items():
            object.__setattr__(self, name, value)
        super().__init__(self.template.format(**figures))

    @property
    def figures(self) -> Mapping[str, object]:
        """The numbers and names of the message, by attribute name."""
        return {name: getattr(self, name) for name in sorted(_attributes(type(self)))}

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are pickled by position, ours are built by keyword: process pools need this.
        return (_rebuild, (type(self), dict(self.figures)))


def _rebuild(cls: type[LedgerError], figures: dict[str, object]) -> LedgerError:
    return cls(**figures)


def _attributes(cls: type[LedgerError]) -> set[str]:
    names: set[str] = set()
    for base in cls.__mro__:
        for name, kind in inspect.get_annotations(base).items():
            if "ClassVar" not in str(kind):
                names.add(name)
    return names

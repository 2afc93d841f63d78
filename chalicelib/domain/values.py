"""Values that cost a cold start little: of the six methods that `@dataclass(frozen=True)` compiles for a class, all but one are shared."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A dataclass that compares and hashes by its fields. The type checker refuses to assign to them, as to a frozen one's; nothing
    guards them when the program runs. For modules with dozens of small classes; elsewhere `@dataclass(frozen=True)` says it plainer."""
    made = dataclass(eq=False, repr=False)(cls)
    for method in (__eq__, __hash__, __repr__):
        setattr(made, method.__name__, method)
    return made


def __eq__(self: object, other: object) -> bool:  # noqa: N807
    return vars(self) == vars(other) if type(other) is type(self) else NotImplemented


def __hash__(self: object) -> int:  # noqa: N807
    return hash((type(self), *vars(self).values()))


def __repr__(self: object) -> str:  # noqa: N807
    return f"{type(self).__qualname__}({', '.join(f'{name}={said!r}' for name, said in vars(self).items())})"

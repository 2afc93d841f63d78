"""What DynamoDB's expressions say: conditions, the values that updates set, and their actions."""

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: `a.b[0]` is `("a", "b", 0)`; the first part is always a name."""

    parts: tuple[str | int, ...]

    @property
    def root(self) -> str:
        return str(self.parts[0])


@dataclass(frozen=True, slots=True)
class Ref:
    """A `:value` of the request."""

    name: str


@dataclass(frozen=True, slots=True)
class Size:
    path: Path


Operand: TypeAlias = Path | Ref | Size
Comparator: TypeAlias = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    comparator: Comparator
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    value: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class Among:
    value: Operand
    choices: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    path: Path


@dataclass(frozen=True, slots=True)
class Absent:
    path: Path


@dataclass(frozen=True, slots=True)
class OfType:
    path: Path
    kind: Ref


@dataclass(frozen=True, slots=True)
class BeginsWith:
    value: Operand
    prefix: Operand


@dataclass(frozen=True, slots=True)
class Contains:
    value: Operand
    part: Operand


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Or:
    left: "Condition"
    right: "Condition"


Condition: TypeAlias = Compare | Between | Among | Exists | Absent | OfType | BeginsWith | Contains | Not | And | Or


@dataclass(frozen=True, slots=True)
class Sum:
    left: "SetValue"
    right: "SetValue"
    sign: Literal[1, -1]


@dataclass(frozen=True, slots=True)
class IfAbsent:
    path: Path
    default: "SetValue"


@dataclass(frozen=True, slots=True)
class Append:
    left: "SetValue"
    right: "SetValue"


SetValue: TypeAlias = Path | Ref | Sum | IfAbsent | Append


@dataclass(frozen=True, slots=True)
class Assign:
    path: Path
    value: SetValue


@dataclass(frozen=True, slots=True)
class Drop:
    path: Path


@dataclass(frozen=True, slots=True)
class Add:
    path: Path
    amount: Ref


@dataclass(frozen=True, slots=True)
class Subtract:
    path: Path
    members: Ref


Action: TypeAlias = Assign | Drop | Add | Subtract

"""The parser of DynamoDB's expressions: text to trees.

    condition := conjunction (OR conjunction)*       conjunction := negation (AND negation)*
    negation  := NOT negation | '(' condition ')' | predicate | operand comparison
    update    := (SET assignment, ... | REMOVE path, ... | ADD path :value, ... | DELETE path :value, ...)+

Keywords are read in any case, function names in lower case only, as DynamoDB does. A bare name that is a reserved word
is refused. Names behind `#aliases` are put in while parsing, so a tree holds plain attribute names.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn, TypeVar

from dynamo.errors import Invalid
from dynamo.reserved import RESERVED
from dynamo.trees import (
    Absent,
    Action,
    Add,
    Among,
    And,
    Append,
    Assign,
    BeginsWith,
    Between,
    Comparator,
    Compare,
    Condition,
    Contains,
    Drop,
    Exists,
    IfAbsent,
    Not,
    OfType,
    Operand,
    Or,
    Path,
    Ref,
    SetValue,
    Size,
    Subtract,
    Sum,
)

T = TypeVar("T")

MAX_EXPRESSION_BYTES = 4096


class Token(NamedTuple):
    kind: str  # word, alias, ref, digits, mark or end: the groups of TOKEN
    text: str


TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<alias>#[A-Za-z0-9_]+)|(?P<ref>:[A-Za-z0-9_]+)|(?P<digits>[0-9]+)"
    r"|(?P<mark><>|<=|>=|[=<>(),.\[\]+-])|(?P<end>$))"
)
COMPARATORS: Mapping[str, Comparator] = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
PREDICATES = {"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2}
SET_FUNCTIONS = {"if_not_exists": 2, "list_append": 2}
FUNCTIONS = {**PREDICATES, **SET_FUNCTIONS, "size": 1}
KEYWORDS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"})


@dataclass
class Parser:
    """Reads one expression; `aliases`, `refs` and `roots` tell afterwards which names and values it used."""

    slot: str
    text: str
    names: Mapping[str, str]
    aliases: set[str] = field(default_factory=set)
    refs: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    tokens: list[Token] = field(init=False)
    at: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if not self.text.strip():
            self.refuse("The expression can not be empty;")
        if len(self.text.encode()) > MAX_EXPRESSION_BYTES:
            self.refuse("Expression size has exceeded the maximum allowed size;")
        self.tokens = self.tokenized()

    def condition(self) -> Condition:
        tree = self.disjunction()
        self.finish()
        return tree

    def update(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        sections: set[str] = set()
        while self.peek().kind != "end":
            section = self.take().text.upper()
            if section in sections:
                self.refuse(f'The "{section}" section can only be used once in an update expression;')
            sections.add(section)
            actions.append(self.action(section))
            while self.skip(","):
                actions.append(self.action(section))
        self.refuse_overlaps([action.path for action in actions])
        return tuple(actions)

    def projection(self) -> tuple[Path, ...]:
        paths = [self.path()]
        while self.skip(","):
            paths.append(self.path())
        self.finish()
        self.refuse_overlaps(paths)
        return tuple(paths)

    # Conditions

    def disjunction(self) -> Condition:
        left = self.conjunction()
        while self.skip_word("OR"):
            left = Or(left, self.conjunction())
        return left

    def conjunction(self) -> Condition:
        left = self.negation()
        while self.skip_word("AND"):
            left = And(left, self.negation())
        return left

    def negation(self) -> Condition:
        if self.skip_word("NOT"):
            return Not(self.negation())
        if self.peek().text == "(":
            return self.parenthesised()
        if self.is_call() and self.peek().text in PREDICATES:
            return self.predicate()
        return self.comparison()

    def parenthesised(self) -> Condition:
        doubled = self.tokens[self.at + 1].text == "("
        self.expect("(")
        inner_from = self.at
        tree = self.disjunction()
        if doubled and self.closing(inner_from) == self.at - 1:
            self.refuse("The expression has redundant parentheses;")
        self.expect(")")
        return tree

    def closing(self, opening: int) -> int:
        depth = 0
        for at in range(opening, len(self.tokens)):
            depth += {"(": 1, ")": -1}.get(self.tokens[at].text, 0)
            if depth == 0:
                return at
        return -1

    def predicate(self) -> Condition:
        name = self.peek().text
        arguments = self.arguments(self.operand)
        match name, arguments:
            case "attribute_exists", [Path() as path]:
                return Exists(path)
            case "attribute_not_exists", [Path() as path]:
                return Absent(path)
            case "attribute_type", [Path() as path, Ref() as kind]:
                return OfType(path, kind)
            case "begins_with", [value, prefix]:
                self.refuse_same(name, value, prefix)
                return BeginsWith(value, prefix)
            case "contains", [value, part]:
                self.refuse_same(name, value, part)
                return Contains(value, part)
        return self.refuse(f"Operator or function requires a document path; operator or function: {name}")

    def comparison(self) -> Condition:
        value = self.operand()
        if self.skip_word("BETWEEN"):
            low = self.operand()
            if not self.skip_word("AND"):
                self.syntax_error()
            return Between(value, low, self.operand())
        if self.skip_word("IN"):
            return Among(value, tuple(self.listed(self.operand)))
        comparator = COMPARATORS.get(self.peek().text)
        if comparator is None:
            self.syntax_error()
        self.take()
        right = self.operand()
        self.refuse_same(comparator, value, right)
        return Compare(comparator, value, right)

    def operand(self) -> Operand:
        if self.is_call():
            if self.peek().text != "size":
                self.refuse_function()
            match self.arguments(self.operand):
                case [Path() as path]:
                    return Size(path)
            self.refuse("Operator or function requires a document path; operator or function: size")
        return self.ref() if self.peek().kind == "ref" else self.path()

    # Updates

    def action(self, section: str) -> Action:
        match section:
            case "SET":
                path = self.path()
                self.expect("=")
                return Assign(path, self.set_value())
            case "REMOVE":
                return Drop(self.path())
            case "ADD":
                return Add(self.top_level(section), self.ref())
            case "DELETE":
                return Subtract(self.top_level(section), self.ref())
        self.at -= 1
        return self.syntax_error()

    def top_level(self, section: str) -> Path:
        path = self.path()
        if len(path.parts) > 1:
            self.refuse(f"{section} can only be used on top-level attributes;")
        return path

    def set_value(self) -> SetValue:
        if self.skip("("):
            inside = self.set_value()
            self.expect(")")
            return inside
        left = self.set_operand()
        if self.skip("+"):
            return Sum(left, self.set_operand(), 1)
        if self.skip("-"):
            return Sum(left, self.set_operand(), -1)
        return left

    def set_operand(self) -> SetValue:
        if not self.is_call():
            return self.ref() if self.peek().kind == "ref" else self.path()
        name = self.peek().text
        if name not in SET_FUNCTIONS:
            self.refuse_function()
        match name, self.arguments(self.set_operand):
            case "if_not_exists", [Path() as path, default]:
                return IfAbsent(path, default)
            case "list_append", [left, right]:
                return Append(left, right)
        return self.refuse(f"Operator or function requires a document path; operator or function: {name}")

    def refuse_overlaps(self, paths: list[Path]) -> None:
        for at, one in enumerate(paths):
            for other in paths[at + 1 :]:
                self.refuse_overlap(one, other)

    def refuse_overlap(self, one: Path, other: Path) -> None:
        for left, right in zip(one.parts, other.parts, strict=False):
            if type(left) is not type(right):
                self.refuse("Two document paths conflict with each other; must remove or rewrite one of these paths;")
            if left != right:
                return
        self.refuse("Two document paths overlap with each other; must remove or rewrite one of these paths;")

    # Shared parts

    def path(self) -> Path:
        parts: list[str | int] = [self.name()]
        while True:
            if self.skip("."):
                parts.append(self.name())
            elif self.skip("["):
                if self.peek().kind != "digits":
                    self.syntax_error()
                parts.append(int(self.take().text))
                self.expect("]")
            else:
                break
        self.roots.add(str(parts[0]))
        return Path(tuple(parts))

    def name(self) -> str:
        token = self.peek()
        if token.kind == "alias":
            self.take()
            self.aliases.add(token.text)
            if token.text not in self.names:
                self.refuse(
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {token.text}"
                )
            return self.names[token.text]
        if token.kind != "word" or token.text.upper() in KEYWORDS:
            self.syntax_error()
        if token.text.upper() in RESERVED:
            self.refuse(f"Attribute name is a reserved keyword; reserved keyword: {token.text}")
        return self.take().text

    def ref(self) -> Ref:
        if self.peek().kind != "ref":
            self.syntax_error()
        name = self.take().text
        self.refs.add(name)
        return Ref(name)

    def is_call(self) -> bool:
        return self.peek().kind == "word" and self.tokens[self.at + 1].text == "("

    def arguments(self, one: Callable[[], T]) -> list[T]:
        name = self.take().text
        arguments = self.listed(one)
        if len(arguments) != FUNCTIONS[name]:
            self.refuse(f"Incorrect number of operands for operator or function; operator or function: {name}")
        return arguments

    def listed(self, one: Callable[[], T]) -> list[T]:
        self.expect("(")
        entries = [one()]
        while self.skip(","):
            entries.append(one())
        self.expect(")")
        return entries

    # Tokens

    def tokenized(self) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while not tokens or tokens[-1].kind != "end":
            match = TOKEN.match(self.text, at)
            if match is None:
                self.refuse(
                    f'Syntax error; token: "{self.text[at:].strip()[0]}", near: "{self.text[at:].strip()[:12]}"'
                )
            kind = str(match.lastgroup)
            tokens.append(Token(kind, match[kind]))
            at = match.end()
        return tokens

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self, mark: str) -> bool:
        found = self.peek().text == mark
        self.at += found
        return found

    def skip_word(self, keyword: str) -> bool:
        token = self.peek()
        found = token.kind == "word" and token.text.upper() == keyword
        self.at += found
        return found

    def expect(self, mark: str) -> None:
        if not self.skip(mark):
            self.syntax_error()

    def finish(self) -> None:
        if self.peek().kind != "end":
            self.syntax_error()

    # Refusals

    def refuse_same(self, operator: str, left: Operand, right: Operand) -> None:
        if left == right and not isinstance(left, Ref):
            self.refuse(f"The first operand must be distinct from the remaining operands; operator: {operator}")

    def refuse_function(self) -> NoReturn:
        name = self.peek().text
        if name in FUNCTIONS:
            self.refuse(f"The function is not allowed to be used this way in an expression; function: {name}")
        self.refuse(f"Invalid function name; function: {name}")

    def syntax_error(self) -> NoReturn:
        near = " ".join(token.text for token in self.tokens[max(0, self.at - 1) : self.at + 2]).strip()
        self.refuse(f'Syntax error; token: "{self.peek().text or "<EOF>"}", near: "{near}"')

    def refuse(self, reason: str) -> NoReturn:
        raise Invalid(f"Invalid {self.slot}: {reason}")

"""Fields of a configuration file: declared once, read with every mistake reported, published as JSON Schema.

A :class:`Kind` says what a value may be. :class:`Object` puts named fields together and builds a frozen
dataclass from them. Nothing here knows what the fields mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from auditstrap.problems import Problem, described, quoted, unknown
from auditstrap.source import Mapping, Node, Scalar, Sequence, Span, repeated_keys

Schema = dict[str, Any]
MISSING: Final = object()
"""What a kind gives back for a value that it has reported."""


@dataclass(frozen=True, slots=True)
class UserFile:
    """A file that the input names: its path, as messages give it, and its text."""

    path: str
    text: str


ReadFile = Callable[[str], UserFile]
"""A file by its path as the input writes it; raises ValueError with a sentence."""


def no_files(path: str) -> UserFile:
    """A ReadFile for places that have no files."""
    raise ValueError(f"{quoted(path)} cannot be read here: this input was given without a folder")


class Reading:
    """One input being read: what is wrong with it, where each field stands, and the files that it names."""

    def __init__(self, file: str, read_file: ReadFile = no_files) -> None:
        self.file = file
        self.read_file = read_file
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []
        self._spans: dict[str, Span] = {}

    def place(self, path: str, span: Span) -> None:
        """Remember where the field with this path stands."""
        self._spans[path] = span

    def given(self, path: str) -> bool:
        """Whether the field with this path was written."""
        return path in self._spans

    def span(self, path: str) -> Span | None:
        """Where a field stands, or the nearest field around it that was written."""
        while path and path not in self._spans:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._spans.get(path)

    def problem(self, path: str, message: str, span: Span | None = None) -> None:
        """Report a mistake at a field; ``span`` where it is not the field's own."""
        label = f"{path}: " if path else ""
        self._problems.append(Problem(self.file, span or self.span(path), label + message))

    def warn(self, path: str, message: str, span: Span) -> None:
        """Say of a field what does not keep the input from being used."""
        self._warnings.append(Problem(self.file, span, f"{path}: {message}"))

    def adopt(self, problems: Iterable[Problem]) -> None:
        """Report mistakes that were found elsewhere, perhaps in another file."""
        self._problems.extend(problems)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything reported so far."""
        return tuple(self._problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Every warning so far."""
        return tuple(self._warnings)

    @property
    def failed(self) -> bool:
        """Whether anything has been reported."""
        return bool(self._problems)


class Kind(Protocol):
    """What a value may be."""

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - each kind has its own type
        """The value, or MISSING after a problem was reported at ``path``."""

    def schema(self) -> Schema:
        """The JSON Schema of such a value."""


def _refuse(node: Node, path: str, reading: Reading, allowed: str) -> object:
    reading.problem(path, f"{described(node)} stands here; {allowed}", node.span)
    return MISSING


@dataclass(frozen=True, slots=True)
class Text:
    """A string; ``allowed`` says which, ``check`` returns what is wrong with one, ``pattern`` tells editors."""

    allowed: str
    check: Callable[[str], str | None] | None = None
    pattern: str | None = None

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a str or MISSING
        """A str."""
        if not isinstance(node, Scalar) or node.value is None:
            return _refuse(node, path, reading, f"{self.allowed} is allowed")
        if not isinstance(node.value, str):
            return _refuse(node, path, reading, f"a string is allowed: write {quoted(node.text)}, in quotes")
        if wrong := self.check and self.check(node.value):
            reading.problem(path, wrong, node.span)
            return MISSING
        return node.value

    def schema(self) -> Schema:
        """A string, with its pattern."""
        return {"type": "string", **({"pattern": self.pattern} if self.pattern else {})}


@dataclass(frozen=True, slots=True)
class Boolean:
    """A YAML boolean."""

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a bool or MISSING
        """A bool."""
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        return _refuse(node, path, reading, "true or false is allowed")

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from ``least`` to ``most``."""

    least: int
    most: int = 2**31 - 1

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - an int or MISSING
        """An int."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return value
        return _refuse(node, path, reading, f"a whole number from {self.least} to {self.most} is allowed")

    def schema(self) -> Schema:
        """An integer and its bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Number:
    """A number from 0 to ``most``."""

    most: int = 10**9

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - an int, a float or MISSING
        """An int or a float."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= self.most:
            return value
        return _refuse(node, path, reading, f"a number from 0 to {self.most} is allowed")

    def schema(self) -> Schema:
        """A number."""
        return {"type": "number", "minimum": 0, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings; ``what`` names them in a message."""

    what: str
    options: tuple[str, ...]

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a str or MISSING
        """One of the options."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return _refuse(node, path, reading, f"one of {', '.join(self.options)} is allowed")
        if node.value in self.options:
            return node.value
        reading.problem(path, unknown(self.what, node.value, self.options), node.span)
        return MISSING

    def schema(self) -> Schema:
        """An enum."""
        return {"enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class FileText:
    """The path of a text file; read as a :class:`UserFile`."""

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a UserFile or MISSING
        """A UserFile."""
        name = Text("the path of a file").read(node, path, reading)
        if name is MISSING:
            return MISSING
        try:
            return reading.read_file(name)
        except ValueError as error:
            reading.problem(path, str(error), node.span)
            return MISSING

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that something else reads: its node is handed on. ``shape`` is its JSON Schema."""

    allowed: str
    accepts: tuple[type[Node], ...]
    shape: Schema

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a Node or MISSING
        """The node itself."""
        if not isinstance(node, self.accepts) or (isinstance(node, Scalar) and not isinstance(node.value, str)):
            return _refuse(node, path, reading, f"{self.allowed} is allowed")
        repeated = tuple(repeated_keys(node))
        for key in repeated:
            reading.problem(path, f"{quoted(key.text)} stands here a second time", key.span)
        return MISSING if repeated else node

    def schema(self) -> Schema:
        """As declared."""
        return self.shape


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items are all of one kind; read as a tuple, without the items that were reported."""

    item: Kind

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a tuple or MISSING
        """A tuple."""
        if not isinstance(node, Sequence):
            return _refuse(node, path, reading, "a list is allowed")
        values = []
        for index, item in enumerate(node.items):
            reading.place(f"{path}[{index}]", item.span)
            values.append(self.item.read(item, f"{path}[{index}]", reading))
        return tuple(value for value in values if value is not MISSING)

    def schema(self) -> Schema:
        """An array."""
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True, slots=True)
class Field:
    """A named value: ``name`` as it is written, ``attribute`` as the built object calls it.

    ``default`` stands in where the field is absent or null; a callable default is called.
    """

    name: str
    attribute: str
    kind: Kind
    doc: str
    default: Any = None
    required: bool = False

    def schema(self) -> Schema:
        """The kind's schema with the field's documentation."""
        shown = self.default if isinstance(self.default, str | int | float | bool) else None
        default = {} if shown is None else {"default": shown}
        return {"description": self.doc, **default, **self.kind.schema()}


@dataclass(frozen=True, slots=True)
class Object:
    """A mapping with known fields, read into ``build(**values)``.

    ``one_of`` names fields of which at most one may be given.
    """

    build: Callable[..., Any]
    fields: tuple[Field, ...]
    one_of: tuple[str, ...] = ()
    _names: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the fields once."""
        object.__setattr__(self, "_names", {known.name: known for known in self.fields})

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - what ``build`` gives, or MISSING
        """What ``build`` makes of the values, or MISSING where one of them was reported."""
        if not isinstance(node, Mapping):
            return _refuse(node, path, reading, "a mapping is allowed")
        given = self._given(node, path, reading)
        self._check_one_of(given, path, reading)
        values = {known.attribute: _value(known, given, path, node, reading) for known in self.fields}
        return MISSING if MISSING in values.values() else self.build(**values)

    def _given(self, node: Mapping, path: str, reading: Reading) -> dict[str, Node]:
        given: dict[str, Node] = {}
        for key, value in node.entries:
            name = key.text if isinstance(key, Scalar) else ""
            if name not in self._names:
                reading.problem(path, unknown("field", name, self._names), key.span)
            elif name in given:
                reading.problem(_join(path, name), "stands here a second time", key.span)
            else:
                reading.place(_join(path, name), value.span)
                given[name] = value
        return given

    def _check_one_of(self, given: dict[str, Node], path: str, reading: Reading) -> None:
        both = [name for name in self.one_of if name in given and not _is_null(given[name])]
        if len(both) > 1:
            found, allowed = " and ".join(both), ", ".join(self.one_of)
            reading.problem(path, f"{found} stand here together; only one of {allowed} is allowed", given[both[1]].span)

    def schema(self) -> Schema:
        """An object that allows nothing else."""
        required = [known.name for known in self.fields if known.required]
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {known.name: known.schema() for known in self.fields},
            **({"required": required} if required else {}),
            **self._one_of_schema(),
        }

    def _one_of_schema(self) -> Schema:
        pairs = [[a, b] for i, a in enumerate(self.one_of) for b in self.one_of[i + 1 :]]
        return {"allOf": [{"not": {"required": pair}} for pair in pairs]} if pairs else {}


def _value(known: Field, given: dict[str, Node], path: str, parent: Mapping, reading: Reading) -> Any:  # noqa: ANN401
    node = given.get(known.name)
    if node is not None and not _is_null(node):
        return known.kind.read(node, _join(path, known.name), reading)
    if known.required:
        reading.problem(path, f'the field "{known.name}" is missing: {known.doc}', parent.span)
        return MISSING
    return known.default() if callable(known.default) else known.default


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name

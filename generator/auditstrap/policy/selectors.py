"""Field and label selectors of a list request, as far as they decide what the request is about.

Sources: ``apimachinery/pkg/fields/selector.go``, ``apimachinery/pkg/labels/selector.go``.
"""

from __future__ import annotations

import re
from typing import Final

_TERM: Final = re.compile(r"(?:[^\\,]|\\.?)*", re.DOTALL)
_OPERATOR: Final = re.compile("!=|==|=")
_ESCAPE: Final = re.compile(r"\\([\\,=])")

_TOKEN: Final = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+)?")
_SPECIAL: Final = frozenset({"==", "!=", "=", "!", "(", ")", ",", "<", ">", ""})
_OPERATORS: Final = frozenset({"==", "!=", "=", "<", ">", "in", "notin"})
_NAME: Final = re.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_INTEGER: Final = re.compile("[-+]?[0-9]+")
_LONGEST_NAME: Final = 63
_LONGEST_PREFIX: Final = 253
_INT64: Final = range(-(2**63), 2**63)


class SelectorError(ValueError):
    """A selector that Kubernetes cannot parse."""


def exact_match(selector: str, field: str) -> str | None:
    """The value that a field selector demands of a field; None where it demands none. Raises SelectorError."""
    found: str | None = None
    for term in sorted(_terms(selector)):
        operator = _OPERATOR.search(term)
        if operator is None:
            raise SelectorError(f"invalid selector: '{selector}'; can't understand '{term}'")
        value = _unescaped(term[operator.end() :])
        if operator[0] != "!=" and term[: operator.start()] == field and found is None:
            found = value
    return found


def _terms(selector: str) -> list[str]:
    terms, at = [], 0
    while at <= len(selector):
        match = _TERM.match(selector, at)
        if match is None:
            break
        terms.append(match[0])
        at = match.end() + 1
    return [term for term in terms if term]


def _unescaped(value: str) -> str:
    if re.search(r"\\(?![\\,=])|[,=]", _ESCAPE.sub("", value)):
        raise SelectorError(f"invalid field selector: {value}")
    return _ESCAPE.sub(r"\1", value)


def check_labels(selector: str) -> None:
    """Refuse a label selector that Kubernetes cannot parse. Raises SelectorError."""
    _Labels(selector).check()


class _Labels:
    """A parser by one token of look-ahead; the end of the text is the token ""."""

    def __init__(self, selector: str) -> None:
        self._text = selector
        self._tokens = [match[1] for match in _TOKEN.finditer(selector) if match[1]]
        self._tokens.append("")
        self._at = 0

    def check(self) -> None:
        while self._peek():
            self._requirement()
            if not self._peek():
                return
            self._expect(self._take() == "," and (self._peek() == "!" or self._peek() not in _SPECIAL))

    def _requirement(self) -> None:
        negated = self._peek() == "!"
        if negated:
            self._take()
        key = self._take()
        self._expect(key not in _SPECIAL and _is_key(key))
        if self._peek() in {"", ","}:
            return
        operator = self._take()
        self._expect(operator in _OPERATORS and not negated)
        values = self._values() if operator in {"in", "notin"} else [self._exact()]
        self._expect(all(map(_is_value, values)))
        self._expect(operator not in {"<", ">"} or _is_int64(values[0]))

    def _exact(self) -> str:
        if self._peek() in {"", ","}:
            return ""
        value = self._take()
        self._expect(value not in _SPECIAL)
        return value

    def _values(self) -> list[str]:
        self._expect(self._take() == "(")
        values: list[str] = []
        while self._peek() not in {")", ""}:
            value = self._take()
            if value == ",":
                values.append("")
                continue
            self._expect(value not in _SPECIAL and self._peek() in {",", ")"})
            values.append(value)
        self._expect(self._take() == ")")
        return values

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _expect(self, condition: bool) -> None:  # noqa: FBT001 - said by the caller in words
        if not condition:
            raise SelectorError(f"unable to parse the label selector {self._text!r}")


def _is_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and not (len(prefix) <= _LONGEST_PREFIX and _SUBDOMAIN.fullmatch(prefix)):
        return False
    return len(name) <= _LONGEST_NAME and bool(_NAME.fullmatch(name))


def _is_value(value: str) -> bool:
    return not value or (len(value) <= _LONGEST_NAME and bool(_NAME.fullmatch(value)))


def _is_int64(value: str) -> bool:
    return bool(_INTEGER.fullmatch(value)) and len(value) <= _LONGEST_NAME and int(value) in _INT64

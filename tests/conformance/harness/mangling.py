"""Policies as people wreck them: texts with one to five mistakes of typing, of indentation, of type, of bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

_TOKENS: tuple[str, ...] = (
    *"'\"[]{}:,#|>-?&*!%@`~\t\r\n \\\x07\x85\ufeff\u2028\xe9",
    *("null", "~", "yes", "n", "on", "true", "1", "08", "0x1f", "1e3", "1.5", ".inf", "-.nan", "1_000", "0b-1", "1:2"),
    *("1e999", "2020-01-01", "18446744073709551615", "99999999999999999999", "0o7", "+1", "-", "=", "<<", ".1_0"),
    *(
        "!!str ",
        "!!int ",
        "!!float ",
        "!!bool ",
        "!!null ",
        "!!binary ",
        "!!timestamp ",
        "!foo ",
        "! ",
        "!!binary aGk=",
    ),
    *("&a ", "*a", "<<: *a\n", "<<: {level: None}\n", "<<: [*a, {level: Request}]\n", "<<: 1\n", "? a\n", ": b\n"),
    *("---\n", "...\n", "--- x\n", "%YAML 1.1\n---\n", "%YAML 1.2\n---\n", "%TAG ! tag:x,2000:\n---\n", "# c\n"),
    *("level", "Level", "level: None\n", "  level: None\n", "user: [a]\n", "users: [a, null]\n", "null: 1\n", "1: 2\n"),
    *("1.5: x\n", "true: x\n", "[a]: b\n", "{a: b}: c\n", "18446744073709551615: x\n", ".nan: 1\n", "0x10: y\n"),
    *("metadata: {creationTimestamp: x}\n", "metadata: {generation: 1e3}\n", "metadata: {labels: {a: 1}}\n"),
    *(
        "rules:\n",
        "rules: []\n",
        "omitStages: [Panic, X]\n",
        "omitManagedFields: yes\n",
        "kind: Event\n",
        "kind: List\n",
    ),
    *("apiVersion: v1\n", "apiVersion: a/b/c\n", "APIVersion: audit.k8s.io/v1\n", "kInd: null\n", "resources: [{}]\n"),
    *(
        "group: apps/v1\n",
        "resourceNames: [x]\n",
        "nonResourceURLs: ['/a*b', 'x']\n",
        "resources: [pods]\n",
        "|2-\n",
        ">+\n",
    ),
)
_JSON_TOKENS: tuple[str, ...] = (
    *'{}[]":,-.eE019tfn \t\x00\\/\xe9',
    *(
        "null",
        "true",
        "1e5",
        "-0",
        "1.",
        "01",
        "\\u12",
        "\\ud800",
        "\\x",
        "nul",
        '"a"',
        '"level":"None",',
        '"level":null,',
    ),
    *(
        '"rules":[{"users":["z"]}],',
        '"omitManagedFields":null,',
        '"metadata":{"labels":{"a":"b","a":1}},',
        "//",
        "\ufeff",
    ),
)
_SCALARS: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        2**64,
        1.5,
        1e21,
        1e-7,
        "",
        "a",
        "*",
        "None",
        "Metadata",
        "Request",
        "RequestReceived",
    ),
    *(
        "Panic",
        "/",
        "/a*",
        "/a*b*",
        "apps",
        "Apps",
        "*.k8s.io",
        "x" * 254,
        "2020-01-01T00:00:00Z",
        "\x7f\u00ad\U0001f600",
    ),
    *(
        [],
        {},
        [None],
        [[]],
        [{}],
        {"a": 1},
        ["pods"],
        [{"group": "apps", "resources": ["pods"], "resourceNames": ["x"]}],
    ),
)
_KEYS = (
    *("apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields", "level", "users", "userGroups"),
    *(
        "verbs",
        "resources",
        "namespaces",
        "nonResourceURLs",
        "group",
        "resourceNames",
        "Level",
        "user",
        "a.b",
        "",
        "\xe9",
    ),
    *("name", "labels", "ownerReferences", "managedFields", "creationTimestamp", "generation", "Rules", "apiversion"),
)

Text = Callable[[str, Random], str]


def mangled(text: str, random: Random) -> bytes:
    """A text with some mistakes in it, and now and then bytes that are none of a text."""
    mistakes = _JSON_MISTAKES if text.startswith("{") else _YAML_MISTAKES
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))):
        text = random.choice(mistakes)(text, random)
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.08:
        return _noisy(data, random)
    return text.encode("utf-16") if random.random() < 0.01 else data


def mistyped(policy: Any, random: Random) -> Any:
    """A policy's data with some values of another type, keys renamed, added or gone."""
    data = json.loads(json.dumps(policy))
    for _ in range(random.choice((1, 1, 2, 3))):
        _mistype(data, random)
    return data


def _mistype(data: Any, random: Random) -> None:
    places = list(_places(data))
    container, key = random.choice(places)
    if random.random() < 0.5:
        container[key] = deepcopy(random.choice(_SCALARS))
    elif isinstance(container, dict):
        value = container.pop(key) if random.random() < 0.5 else deepcopy(random.choice(_SCALARS))
        container[random.choice(_KEYS)] = value
    else:
        container.append(deepcopy(random.choice(_SCALARS)))


def _places(data: Any) -> list[tuple[Any, Any]]:
    keys = list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    places: list[tuple[Any, Any]] = []
    for key in keys:
        places += [(data, key), *_places(data[key])]
    return places


def _inserted(text: str, random: Random) -> str:
    at = _place(text, random)
    return text[:at] + random.choice(_TOKENS) + text[at:]


def _inserted_json(text: str, random: Random) -> str:
    at = _place(text, random)
    return text[:at] + random.choice(_JSON_TOKENS) + text[at:]


def _place(text: str, random: Random) -> int:
    """Anywhere, or where values begin."""
    if random.random() < 0.5:
        return random.randint(0, len(text))
    starts = [0, *(at + 2 for at in range(len(text) - 1) if text[at : at + 2] in {": ", "- ", "\n  ", '{"', ", "})]
    return random.choice(starts)


def _cut(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + text[at + random.choice((1, 1, 2, 5, 20)) :]


def _truncated(text: str, random: Random) -> str:
    return text[: random.randint(0, len(text))]


def _line_repeated(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = random.randrange(len(lines))
    to = random.randint(0, len(lines)) if random.random() < 0.3 else at
    return "".join([*lines[:to], lines[at], *lines[to:]])


def _line_gone(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    del lines[random.randrange(len(lines))]
    return "".join(lines)


def _line_moved(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = random.randrange(len(lines))
    lines[at] = random.choice((" ", "  ", "\t", "- ")) + lines[at] if random.random() < 0.6 else lines[at].lstrip(" ")
    return "".join(lines)


def _value_replaced(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at = random.randrange(len(lines))
    for mark in (": ", "- "):
        before, found, _ = lines[at].rpartition(mark)
        if found:
            lines[at] = before + mark + random.choice(_TOKENS) + "\n"
            break
    return "".join(lines)


def _aliased(text: str, random: Random) -> str:
    """A value with an anchor, and aliases of it in the place of others."""
    marks = [at + 2 for at in range(len(text) - 2) if text[at : at + 2] in {": ", "- "} and text[at + 2] not in "&*\n"]
    if len(marks) < 2:
        return text
    first, second = sorted(random.sample(marks, 2))
    end = text.find("\n", second)
    end = len(text) if end < 0 else end
    return f"{text[:first]}&a {text[first:second]}*a{text[end:]}"


def _noisy(data: bytes, random: Random) -> bytes:
    noisy = bytearray(data)
    for _ in range(random.choice((1, 1, 3))):
        at = random.randint(0, len(noisy))
        noisy[at:at] = random.choice(
            (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf8", b"\x00", b"\x1b", b"\xe2\x82")
        )
    return bytes(noisy)


_YAML_MISTAKES: tuple[Text, ...] = (
    *(_inserted, _inserted, _inserted, _cut, _truncated, _line_repeated, _line_repeated, _line_gone),
    *(_line_moved, _value_replaced, _value_replaced, _value_replaced, _aliased),
)
_JSON_MISTAKES: tuple[Text, ...] = (_inserted_json, _inserted_json, _inserted_json, _cut, _truncated)

"""The command line of a container as kube-apiserver's flag parser (pflag) reads it."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterator
from typing import Final, NamedTuple

from auditstrap.embedded import Place
from auditstrap.kubernetes.audit_flags import BY_NAME
from auditstrap.observed.model import PLACEHOLDER, GivenFlag

_SHELLS: Final = frozenset({"sh", "bash", "ash", "dash"})
_ENDS: Final = frozenset({">", ">>", "<", "|", ";", "&", "&&", "||", "2>&1", "2>", "1>", "1>>", ")"})


class Token(NamedTuple):
    """One word of a command line and where it stands."""

    text: str
    place: Place


def api_server_words(words: list[Token]) -> list[Token] | None:
    """What follows the name of the program; None where the command line does not start kube-apiserver."""
    words = list(_through_shell(words))
    for index, word in enumerate(words):
        program = posixpath.basename(word.text)
        if program == "kube-apiserver":
            return [word, *_until_end(words[index + 1 :])]
        following = words[index + 1].text if index + 1 < len(words) else ""
        if program == "hyperkube" and following in {"apiserver", "kube-apiserver"}:
            return [word, *_until_end(words[index + 2 :])]
    return None


def _through_shell(words: list[Token]) -> Iterator[Token]:
    """The words of a script where a shell is given one by ``-c``, the words themselves otherwise."""
    names = [posixpath.basename(word.text) for word in words]
    if not names or names[0] not in _SHELLS:
        yield from words
        return
    option = next((i for i, word in enumerate(words) if word.text.startswith("-") and word.text.endswith("c")), None)
    script = words[option + 1] if option is not None and option + 1 < len(words) else None
    if script is None:
        yield from words
        return
    for word in _split(script.text):
        yield Token(word, script.place)


def _split(script: str) -> list[str]:
    try:
        return shlex.split(script.replace("\\\n", " "), comments=True)
    except ValueError:
        return script.split()


def _until_end(words: list[Token]) -> Iterator[Token]:
    for word in words:
        if word.text in _ENDS or word.text.startswith((">", "2>", "1>", "|", "&")):
            return
        yield word._replace(text=word.text.rstrip(";"))


def flags(words: list[Token]) -> Iterator[GivenFlag]:
    """The flags among the words behind the program's name."""
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        if word.text == "--":
            return
        if not word.text.startswith("--"):
            continue
        name, equals, value = word.text[2:].partition("=")
        if equals:
            yield given(name, value, word.place, word.place)
        elif position < len(words) and _takes_next(name, words[position].text):
            yield given(name, words[position].text, word.place, words[position].place)
            position += 1
        else:
            bare = "true" if _is_bool(name) else None
            yield given(name, bare, word.place, word.place)


def given(name: str, value: str | None, name_place: Place, value_place: Place) -> GivenFlag:
    """A flag by its name without dashes."""
    filled_in = value is not None and PLACEHOLDER.search(value) is not None
    return GivenFlag(
        name=name.replace("_", "-"),
        value=None if filled_in else value,
        place=name_place,
        name_place=name_place,
        value_place=value_place,
        filled_in=filled_in,
    )


def _is_bool(name: str) -> bool:
    known = BY_NAME.get(name.replace("_", "-"))
    return known is not None and known.type == "bool"


def _takes_next(name: str, following: str) -> bool:
    if name.replace("_", "-") in BY_NAME:
        return not _is_bool(name)
    return not following.startswith("-")

"""The target of an HTTP request, as Go's server reads it: path and query.

Source: Go's ``src/net/url/url.go``.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from auditstrap.policy.go_bytes import utf8

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_ALLOWED: Final = re.compile(r"[\x00-\x20\x7f]")
_BAD_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})")
_BAD_PORT: Final = re.compile(r":(?![0-9]*$)[^]@]*$")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class RequestError(ValueError):
    """A request that kube-apiserver answers with an error before it audits: no policy ever sees it."""


class Target(NamedTuple):
    """A decoded path, and the values of each parameter in their order."""

    path: str
    query: dict[str, list[str]]


def parse_target(method: str, url: str) -> Target:
    """The target of a request, with or without scheme and host. Raises RequestError."""
    if not _TOKEN.fullmatch(method):
        raise RequestError(f"invalid method {method!r}")
    if not url or _NOT_ALLOWED.search(url):
        raise RequestError(f"invalid request target {url!r}")
    names_host = method == "CONNECT" and not url.startswith("/")
    rest, _, query = (f"http://{url}" if names_host else url).partition("?")
    path = rest if url == "*" and not names_host else _path(rest, url)
    if escape := _BAD_ESCAPE.search(path):
        raise RequestError(f"invalid URL escape {path[escape.start() : escape.start() + 3]!r} in {url!r}")
    return Target(utf8(unquote_to_bytes(path)), _parameters(query))


def _path(rest: str, url: str) -> str:
    scheme = _SCHEME.match(rest)
    if scheme is None:
        if not rest.startswith("/"):
            raise RequestError(f"invalid URI for request {url!r}")
        return rest
    rest = rest[scheme.end() :]
    if not rest.startswith("//"):
        return rest if rest.startswith("/") else ""
    host, slash, path = rest[2:].partition("/")
    if _BAD_PORT.search(host):
        raise RequestError(f"invalid port after host in {url!r}")
    return slash + path


def _parameters(query: str) -> dict[str, list[str]]:
    """Parameters with a semicolon or a bad escape count for nothing."""
    values: dict[str, list[str]] = {}
    for pair in query.split("&"):
        if not pair or ";" in pair or _BAD_ESCAPE.search(pair):
            continue
        name, _, value = pair.replace("+", " ").partition("=")
        values.setdefault(utf8(unquote_to_bytes(name)), []).append(utf8(unquote_to_bytes(value)))
    return values

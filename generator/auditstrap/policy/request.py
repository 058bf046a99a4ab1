"""One request as the audit filter sees it: who, and what kube-apiserver makes of the URL.

Source: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_PREFIXES: Final = frozenset({"api", "apis"})
_VERBS: Final = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_SPECIAL_VERBS: Final = frozenset({"proxy", "watch"})
_NAMESPACE_SUBRESOURCES: Final = frozenset({"status", "finalize"})
_NO_SUBRESOURCE_VERBS: Final = frozenset({"proxy"})
_SHORTEST_RESOURCE_PATH: Final = 3


@dataclass(frozen=True, slots=True)
class Request:
    """The attributes that a policy can match. ``user`` None is a request whose authentication failed.

    ``path`` counts for requests that are not for resources; ``name`` is empty for lists and creations.
    """

    user: str | None = None
    groups: tuple[str, ...] = ()
    verb: str = ""
    api_group: str = ""
    api_version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    resource_request: bool = False
    path: str = ""

    @classmethod
    def from_http(cls, method: str, url: str, *, user: str | None = None, groups: tuple[str, ...] = ()) -> Request:
        """The attributes of an HTTP request, by its method and its path with query."""
        parts = urlsplit(url if "://" in url else "//host" + url)
        path = unquote(parts.path) or "/"
        base = cls(user=user, groups=tuple(groups), verb=method.lower(), path=path)
        return _resource_request(base, method, path, parse_qs(parts.query, keep_blank_values=True)) or base


def _resource_request(base: Request, method: str, path: str, query: dict[str, list[str]]) -> Request | None:
    segments = path.strip("/").split("/")
    if len(segments) < _SHORTEST_RESOURCE_PATH or segments[0] not in _PREFIXES:
        return None
    group = ""
    if segments[0] == "apis":
        if len(segments) <= _SHORTEST_RESOURCE_PATH:
            return None
        group = segments[1]
        segments = segments[1:]
    version, rest = segments[1], segments[2:]
    verb = _VERBS.get(method, "")
    if rest and rest[0] in _SPECIAL_VERBS:
        if len(rest) < 2:  # noqa: PLR2004 - the verb and what it is done to
            return Request(base.user, base.groups, base.verb, group, version, resource_request=True, path=path)
        verb, rest = rest[0], rest[1:]
    namespace, rest = _namespace(rest)
    resource, name, subresource = _target(rest, verb)
    if not name and verb in {"get", "delete"}:
        verb, name = _listed(verb, query)
    return Request(
        base.user,
        base.groups,
        verb,
        group,
        version,
        resource,
        subresource,
        namespace,
        name,
        resource_request=True,
        path=path,
    )


def _namespace(rest: list[str]) -> tuple[str, list[str]]:
    if rest[0] != "namespaces" or len(rest) < 2:  # noqa: PLR2004 - the word and the name
        return "", rest
    namespace = rest[1]
    if len(rest) > 2 and rest[2] not in _NAMESPACE_SUBRESOURCES:  # noqa: PLR2004
        return namespace, rest[2:]
    return namespace, rest


def _target(rest: list[str], verb: str) -> tuple[str, str, str]:
    resource, name, *further = [*rest, "", ""]
    subresource = further[0] if verb not in _NO_SUBRESOURCE_VERBS else ""
    return resource, name, subresource


def _listed(verb: str, query: dict[str, list[str]]) -> tuple[str, str]:
    if verb == "delete":
        return "deletecollection", ""
    name = _selected_name(query.get("fieldSelector", [""])[0])
    watch = query.get("watch", ["false"])[0].lower() not in {"false", "0"}
    return ("watch" if watch else "list"), name


def _selected_name(selector: str) -> str:
    for term in selector.split(","):
        field, equals, value = term.partition("=")
        if field == "metadata.name" and equals:
            return value.removeprefix("=")
    return ""

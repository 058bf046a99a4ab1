"""One request as the audit filter sees it: who, and what kube-apiserver makes of the URL.

Source: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from auditstrap.policy.request_target import RequestError, parse_target
from auditstrap.policy.selectors import SelectorError, check_labels, exact_match

_VERBS: Final = {"POST": "create", "GET": "get", "HEAD": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_VERBS_IN_PATHS: Final = frozenset({"proxy", "watch"})
_NAMESPACE_SUBRESOURCES: Final = frozenset({"status", "finalize"})
_SHORTEST_RESOURCE_PATH: Final = 3
_INTEGER: Final = re.compile("[-+]?0*[0-9]{1,19}")
_INT64: Final = range(-(2**63), 2**63)

Query = dict[str, list[str]]


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
        """The attributes of an HTTP request, by its method and its path with query.

        Raises RequestError for what is answered with an error before it is audited.
        """
        target = parse_target(method, url)
        segments = target.path.strip("/").split("/")
        groupless = segments[0] == "api"
        if len(segments) < _SHORTEST_RESOURCE_PATH or not (groupless or segments[0] == "apis"):
            return cls(user, groups, method.lower(), path=target.path)
        if not groupless and len(segments) == _SHORTEST_RESOURCE_PATH:
            return cls(user, groups, method.lower(), path=target.path)
        group = "" if groupless else segments[1]
        version, *parts = segments[1:] if groupless else segments[2:]
        what = _resource(method, parts, target.query, url)
        return cls(user, groups, what.verb, group, version, *what[1:], resource_request=True, path=target.path)


class _What(NamedTuple):
    verb: str
    resource: str
    subresource: str
    namespace: str
    name: str


def _resource(method: str, parts: list[str], query: Query, url: str) -> _What:
    verb = _VERBS.get(method, "")
    if parts[0] in _VERBS_IN_PATHS:
        if len(parts) == 1:
            raise RequestError(f"unable to determine kind and namespace from url, {url}")
        verb, *parts = parts
    namespace, parts = _namespace(parts)
    resource, name, subresource, *_ = [*parts, "", ""]
    if verb == "proxy":
        subresource = ""
    if not name and verb == "get":
        verb, name = _listed(query)
    if not name and verb == "delete":
        verb = "deletecollection"
    return _What(verb, resource, subresource, namespace, name)


def _namespace(parts: list[str]) -> tuple[str, list[str]]:
    """The namespace, and the parts from the resource on, which may be the namespace itself."""
    if parts[0] != "namespaces" or len(parts) == 1:
        return "", parts
    _, namespace, *rest = parts
    return namespace, rest if rest and rest[0] not in _NAMESPACE_SUBRESOURCES else parts


def _listed(query: Query) -> tuple[str, str]:
    """Whether a get without a name lists or watches, and the one name that its field selector leaves."""
    verb = "watch" if query.get("watch", ["false"])[0].lower() not in {"false", "0"} else "list"
    try:
        name = _selected_name(query)
    except SelectorError:
        return verb, ""
    return verb, name if name not in {".", ".."} and "/" not in name and "%" not in name else ""


def _selected_name(query: Query) -> str:
    """The name by the list options. Raises SelectorError where one of them cannot be decoded: then none counts."""
    for option in ("timeoutSeconds", "limit"):
        value = query.get(option, ["0"])[0]
        if not _INTEGER.fullmatch(value) or int(value) not in _INT64:
            raise SelectorError(f"{option}: {value!r} is no integer")
    check_labels(query.get("labelSelector", [""])[0])
    return exact_match(query.get("fieldSelector", [""])[0], "metadata.name") or ""

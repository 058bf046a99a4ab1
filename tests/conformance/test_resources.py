"""The table of resources against the OpenAPI documents of the releases that are built here."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.conformance.harness.kubernetes_build import module_folder

from auditstrap.kubernetes.resources import resources_of

_PATH = re.compile(
    r"/(?:api/v1|apis/(?P<group>[^/]+)/v[^/]+)/(?:watch/)?(?P<namespace>namespaces/\{namespace\}/)?"
    r"(?P<name>[^/{]+)(?:/\{name\})?(?:/(?P<subresource>[^/{]+))?(?:/\{path\})?"
)
_VERBS = {"post": "create", "put": "update", "head": "get", "watchlist": "watch"}
_Key = tuple[str, str, str]
RELEASES = ("1.34.4", "1.37.2")


def _served(document: Any) -> dict[_Key, tuple[bool, frozenset[str]]]:
    found: dict[_Key, tuple[bool, frozenset[str]]] = {}
    for path, operations in document["paths"].items():
        if match := _PATH.fullmatch(path):
            key = match["group"] or "", match["name"], match["subresource"] or ""
            namespaced, verbs = found.get(key, (False, frozenset()))
            asked = {_verb(method, item) for method, item in operations.items() if isinstance(item, dict)}
            found[key] = namespaced or bool(match["namespace"]), verbs | {verb for verb in asked if verb}
    return found


def _verb(method: str, operation: dict[str, Any]) -> str | None:
    """The verb of a request, None for what RequestInfo does not know: ``options``."""
    action = operation.get("x-kubernetes-action")
    if action is None or method == "options":
        return None
    word = method if action == "connect" else action
    return _VERBS.get(word, word)


@pytest.mark.parametrize("release", RELEASES)
def test_the_table_is_what_the_release_serves(release: str) -> None:
    document = json.loads((module_folder(release) / "api" / "openapi-spec" / "swagger.json").read_text())
    minor = int(release.split(".")[1])
    known = resources_of(minor)
    table = {(found.group, found.name, found.subresource): (found.namespaced, found.verbs) for found in known}
    assert table == _served(document)

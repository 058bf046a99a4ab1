"""The tables of resources and of controllers against the source of releases: the OpenAPI document, the RBAC roles."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests.conformance.harness.kubernetes_build import module_folder

from auditstrap.kubernetes.identities import controllers_of
from auditstrap.kubernetes.resources import REMOVED_RESOURCES, resources_of

_PATH = re.compile(
    r"/(?:api/v1|apis/(?P<group>[^/]+)/v[^/]+)/(?:watch/)?(?P<namespace>namespaces/\{namespace\}/)?"
    r"(?P<name>[^/{]+)(?:/\{name\})?(?:/(?P<subresource>[^/{]+))?(?:/\{path\})?"
)
_VERBS = {"post": "create", "put": "update", "head": "get", "watchlist": "watch"}
_Key = tuple[str, str, str]
RELEASES = ("1.25.16", "1.34.4", "1.37.2")
EARLIER_RELEASES = ("1.13.0", "1.17.0", "1.21.0")
# These have namespaced roles of their own.
_WITHOUT_CLUSTER_ROLE = {"bootstrap-signer", "token-cleaner"}


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


def _document(release: str) -> Any:
    return json.loads((module_folder(release) / "api" / "openapi-spec" / "swagger.json").read_text())


def _minor(release: str) -> int:
    return int(release.split(".")[1])


@pytest.mark.parametrize("release", RELEASES)
def test_the_table_is_what_the_release_serves(release: str) -> None:
    known = resources_of(_minor(release))
    table = {(found.group, found.name, found.subresource): (found.namespaced, found.verbs) for found in known}
    assert table == _served(_document(release))


@pytest.mark.parametrize("release", EARLIER_RELEASES)
def test_what_an_earlier_release_served_and_the_oldest_does_not_is_known_as_removed(release: str) -> None:
    gone = _served(_document(release)).keys() - _served(_document(RELEASES[0])).keys()
    known = {key for key, minor in REMOVED_RESOURCES.items() if _minor(release) < minor}
    assert {(group, f"{name}/{subresource}".rstrip("/")) for group, name, subresource in gone} == known


@pytest.mark.parametrize("release", RELEASES)
def test_the_controllers_are_those_with_a_role_of_their_own(release: str) -> None:
    roles = module_folder(release) / "plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go"
    named = set(re.findall(r'Name: saRolePrefix \+ "([a-z-]+)"', roles.read_text()))
    assert set(controllers_of(_minor(release))) - _WITHOUT_CLUSTER_ROLE == named

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.corpus import corpus_files

from auditstrap.kubernetes.resources import REMOVED_GROUPS, REMOVED_RESOURCES, groups_of, resources, resources_of
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR


@pytest.mark.parametrize("path", corpus_files("discovery", "resources.json"))
def test_the_table_is_what_an_api_server_of_1_36_discovers(path: Path) -> None:
    discovered = {
        (entry["group"], entry["resource"], entry["namespaced"], frozenset(entry["verbs"]))
        for entry in json.loads(path.read_text())
    }
    table = {(known.group, str(known), known.namespaced, known.verbs) for known in resources_of(36)}
    assert table == discovered


def test_every_resource_exists_in_some_known_minor() -> None:
    minors = range(OLDEST_MINOR, NEWEST_MINOR + 1)
    assert [known for known in resources() if not any(known.exists_in(minor) for minor in minors)] == []


def test_what_was_removed_before_is_not_in_the_table() -> None:
    for minor in range(OLDEST_MINOR, NEWEST_MINOR + 1):
        assert groups_of(minor).isdisjoint(REMOVED_GROUPS)
        assert {(known.group, str(known)) for known in resources_of(minor)}.isdisjoint(REMOVED_RESOURCES)


def test_a_resource_is_known_from_its_first_minor_on() -> None:
    policies = [known for known in resources() if known.name == "validatingadmissionpolicies" and not known.subresource]
    assert [(known.since, known.removed) for known in policies] == [(26, None)]


def test_a_group_is_gone_when_the_last_of_its_resources_is() -> None:
    last: dict[str, int] = {}
    for (group, _), minor in REMOVED_RESOURCES.items():
        last[group] = max(minor, last.get(group, 0))
    gone = {group: minor for group, minor in last.items() if group not in groups_of(OLDEST_MINOR)}
    assert gone == REMOVED_GROUPS

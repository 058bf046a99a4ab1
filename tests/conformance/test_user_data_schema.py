from __future__ import annotations

from pathlib import Path

import pytest
from tests.conformance.harness.cloud_init import schema_problems
from tests.conformance.harness.node import NewNode

from auditstrap import load_spec, render
from auditstrap.fields import UserFile

EXAMPLES = Path(__file__).parents[2] / "outputs"
SPECS = sorted(EXAMPLES.glob("*/spec.yaml"))


def _cloud_configs(spec: Path) -> dict[str, bytes]:
    def read(name: str) -> UserFile:
        return UserFile(name, (spec.parent / name).read_text())

    artifacts = render(load_spec(spec.read_text(), file=str(spec), read_file=read))
    return {artifact.path: artifact.content for artifact in artifacts if "cloud-config" in artifact.path}


@pytest.mark.parametrize("spec", SPECS, ids=[spec.parent.name for spec in SPECS])
def test_cloud_inits_own_schema_accepts_the_user_data(new_node: NewNode, spec: Path) -> None:
    found = _cloud_configs(spec)
    assert found, f"{spec} renders no cloud-config"
    node = new_node("1.37.2")
    assert {path: schema_problems(node, content) for path, content in found.items()} == dict.fromkeys(found, "")


def test_the_schema_check_itself_finds_a_mistake(new_node: NewNode) -> None:
    problems = schema_problems(new_node("1.37.2"), b"#cloud-config\nwrite_files: [{path: /a, mode: 1}]\n")
    assert "'mode' was unexpected" in problems

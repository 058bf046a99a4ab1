from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.conformance.harness import debian
from tests.conformance.harness.kubernetes_build import binaries
from tests.conformance.harness.node import NewNode, Node


@pytest.fixture(scope="session")
def debian_tree() -> debian.Tree:
    assert os.geteuid() == 0, "the conformance tests make network namespaces and mounts: run them as root"
    debian.install_host_programs()
    return debian.tree()


@pytest.fixture
def new_node(debian_tree: debian.Tree, tmp_path: Path) -> Iterator[NewNode]:
    """Makes a node for a Kubernetes release; all processes on it end with the test."""
    with ExitStack() as nodes:

        def make(release: str) -> Node:
            folder = tmp_path / f"node{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            return nodes.enter_context(Node(folder, debian_tree, binaries(release)))

        yield make


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show how far the policy engine and kube-apiserver's own code agreed."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    lines = [value for report in reports for name, value in report.user_properties if name == "agreement"]
    if lines:
        terminalreporter.section("agreement of the policy engine")
    for line in lines:
        terminalreporter.write_line(str(line))

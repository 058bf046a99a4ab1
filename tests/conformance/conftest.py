from __future__ import annotations

import itertools
import os
from collections import Counter
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
    counts: Counter[str] = Counter()
    for report in itertools.chain.from_iterable(terminalreporter.stats.values()):
        if getattr(report, "when", None) == "teardown":
            counts.update(dict(value for name, value in report.user_properties if name == "agreement"))
    if counts:
        terminalreporter.section("agreement of the policy engine")
    for agreement in sorted(counts):
        terminalreporter.write_line(f"{counts[agreement]:>9,}  {agreement}")

"""A control-plane node: a folder that is its root, with a network of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests.conformance.harness.debian import Tree
from tests.conformance.harness.kubernetes_build import Binaries
from tests.conformance.harness.network import Network
from tests.conformance.harness.processes import CommandError, Running, attempt

HOSTNAME = "node"
KUBEADM = "/usr/local/bin/kubeadm"
REAL_KUBEADM = "/usr/local/lib/kubeadm"
"""Where the real one also lies, for a script in its place."""
MANIFEST = "/etc/kubernetes/manifests/kube-apiserver.yaml"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Node:
    """``root`` is the node's file system but for its ``/usr``, which is the tree's, with a ``/usr/local`` of its own.

    The real kubeadm of ``binaries`` is on its PATH.
    """

    def __init__(self, folder: Path, tree: Tree, binaries: Binaries) -> None:
        self.folder = folder
        self.root = folder / "root"
        self.tree = tree
        self.binaries = binaries
        self.network = Network()
        self._started: list[Running] = []
        shutil.copytree(tree.skeleton, self.root, symlinks=True)
        # Nothing answers names, and says so at once.
        self.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
        self._local_programs = {REAL_KUBEADM: binaries.kubeadm, KUBEADM: binaries.kubeadm}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._started):
            process.stop()
        self.network.__exit__()

    def path(self, on_node: str) -> Path:
        """Where a path of the node lies on this machine."""
        relative = on_node.lstrip("/")
        if relative.startswith("usr/") and not relative.startswith("usr/local"):
            return self.tree.folder / "tree" / relative
        return self.root / relative

    def write(self, on_node: str, content: bytes | str, mode: int = 0o644) -> None:
        """Put a file on the node, its parents too, with its mode from the start."""
        path = self.path(on_node)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content if isinstance(content, bytes) else content.encode())

    def replace_kubeadm(self, script: str) -> None:
        """Put a script in kubeadm's place; the real one stays at ``REAL_KUBEADM``."""
        del self._local_programs[KUBEADM]
        self.write(KUBEADM, script, 0o755)

    def attempt(self, *command: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """A program of the node, run to its end on it."""
        variables = {"PATH": _PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", **(env or {})}
        return attempt(*self.network.entered(), *self._inside(), *command, env=variables, timeout=300)

    def run(self, *command: str) -> str:
        """Standard output of a program of the node that ends well. Raises CommandError."""
        done = self.attempt(*command)
        if done.returncode != 0:
            raise CommandError(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name: str, argv: list[str]) -> Running:
        """A program of this machine in the node's network, stopped with the node."""
        process = Running([*self.network.entered(), *argv], self.folder / f"{name}.log")
        self._started.append(process)
        return process

    def _inside(self) -> list[str]:
        programs = [word for target, real in self._local_programs.items() for word in ("--ro-bind", str(real), target)]
        return [
            *("bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", HOSTNAME),
            *("--bind", str(self.root), "/", "--ro-bind", str(self.tree.usr), "/usr"),
            *("--bind", str(self.root / "usr/local"), "/usr/local", *programs),
            *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run", "--chdir", "/", "--"),
        ]


NewNode = Callable[[str], Node]
"""Makes a node for a Kubernetes release."""

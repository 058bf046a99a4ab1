"""A Debian tree with the real cloud-init, etcd and systemd-tmpfiles, and the few programs needed outside it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.harness.cache import alone, built_once
from tests.conformance.harness.processes import run

RELEASE = "bookworm"
PACKAGES = (
    "cloud-init",
    "curl",
    "etcd-server",
    "python3-cffi-backend",  # debootstrap resolves no virtual packages: python3-cryptography wants this one
    "systemd",
)
HOST_PROGRAMS = {"bwrap": "bubblewrap", "debootstrap": "debootstrap", "ip": "iproute2", "openssl": "openssl"}
# What a node does not need of a tree whose /usr stays shared.
_LEFT_OUT = ("usr", "proc", "sys", "dev", "run", "var/cache", "var/lib/apt", "var/lib/dpkg")
_RECIPE = 1


@dataclass(frozen=True, slots=True)
class Tree:
    """``usr`` is shared by all nodes, read-only; each node starts as a copy of ``skeleton``."""

    folder: Path

    @property
    def usr(self) -> Path:
        return self.folder / "tree" / "usr"

    @property
    def skeleton(self) -> Path:
        return self.folder / "skeleton"

    @property
    def etcd(self) -> Path:
        return self.usr / "bin" / "etcd"


def install_host_programs() -> None:
    """Installs by apt those programs that are not on the PATH yet."""
    with alone("apt"):
        missing = [package for program, package in HOST_PROGRAMS.items() if shutil.which(program) is None]
        if missing:
            run("apt-get", "update")
            run("apt-get", "install", "--yes", "--no-install-recommends", *missing)


def tree() -> Tree:
    """The tree, from the cache or built into it (about a minute)."""
    recipe = json.dumps([RELEASE, PACKAGES, _LEFT_OUT, _RECIPE])
    return Tree(built_once(f"debian-{RELEASE}", recipe, _build))


def _build(folder: Path) -> None:
    whole = folder / "tree"
    run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", RELEASE, whole, *_mirror())
    skeleton = folder / "skeleton"
    run("cp", "--archive", whole, skeleton)
    for path in _LEFT_OUT:
        shutil.rmtree(skeleton / path, ignore_errors=True)
    for path in ("usr/local/bin", "proc", "sys", "dev", "run", "var/cache", "var/lib/dpkg"):
        (skeleton / path).mkdir(parents=True)


def _mirror() -> list[str]:
    """The mirror that this machine's apt uses for the release; none leaves the choice to debootstrap."""
    lines = run(
        "apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI) $(COMPONENT)", "Created-By: Packages"
    ).splitlines()
    return [uri for codename, uri, component in map(str.split, lines) if (codename, component) == (RELEASE, "main")][:1]

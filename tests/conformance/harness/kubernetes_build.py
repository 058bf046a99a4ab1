"""kubeadm and kube-apiserver of exact releases, built from the Go module ``k8s.io/kubernetes``."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.harness.cache import built_once
from tests.conformance.harness.processes import run

MODULE = "k8s.io/kubernetes"
PROGRAMS = ("kubeadm", "kube-apiserver")
# Static, so that they run in any root folder.
_ENVIRONMENT = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GOWORK": "off"}
_RECIPE = 1


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one Kubernetes release, such as ``1.34.4``."""

    release: str
    folder: Path

    @property
    def kubeadm(self) -> Path:
        return self.folder / "kubeadm"

    @property
    def kube_apiserver(self) -> Path:
        return self.folder / "kube-apiserver"


def binaries(release: str) -> Binaries:
    """Both programs of a release, from the cache or built into it (some minutes)."""
    recipe = json.dumps([MODULE, release, PROGRAMS, _ENVIRONMENT, _RECIPE])
    return Binaries(release, built_once(f"kubernetes-{release}", recipe, lambda folder: _build(release, folder)))


def _build(release: str, folder: Path) -> None:
    work = folder / "module"
    work.mkdir()
    (work / "go.mod").write_text(_go_mod(release))
    for program in PROGRAMS:
        _go("build", "-ldflags", _ldflags(release), "-o", folder / program, f"{MODULE}/cmd/{program}", cwd=work)


def module_folder(release: str) -> Path:
    """The source of a release."""
    return Path(_download(release)["Dir"])


def _download(release: str) -> Any:
    return json.loads(_go("mod", "download", "-json", f"{MODULE}@v{release}"))


def _go_mod(release: str) -> str:
    """Upstream's own go.mod takes its staging modules from a folder: here from the releases of the same code."""
    upstream: dict[str, Any] = json.loads(_go("mod", "edit", "-json", _download(release)["GoMod"]))
    staged = [
        replace["Old"]["Path"] for replace in upstream["Replace"] if replace["New"]["Path"].startswith("./staging/")
    ]
    _, _, minor_and_patch = release.partition(".")
    return "\n".join(
        [
            "module conformance",
            f"go {upstream['Go']}",
            f"require {MODULE} v{release}",
            *(f"replace {module} => {module} v0.{minor_and_patch}" for module in staged),
            "",
        ]
    )


def _ldflags(release: str) -> str:
    major, minor, _ = release.split(".")
    told = {"gitVersion": f"v{release}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(["-s -w", *(f"-X k8s.io/component-base/version.{name}={value}" for name, value in told.items())])


def _go(*arguments: str | Path, cwd: Path | None = None) -> str:
    return run("go", *arguments, cwd=cwd, env={**os.environ, **_ENVIRONMENT})

"""Two manifests of one static Pod."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import Folder
from auditstrap.rules.support.examples import POD
from auditstrap.rules.support.rule import Context, Rule

_MANIFESTS: Final = "manifests"
_KUBELET_FOLDER: Final = "/kubernetes/manifests"


def check(folder: Folder, context: Context) -> Iterator[Fault]:
    """A fault for each further file of a manifests directory that defines a Pod already defined."""
    del context
    if posixpath.basename(folder.path) != _MANIFESTS:
        return
    for name in sorted({name for _, name, _ in folder.pods}):
        same = sorted(
            ((path, place) for path, other, place in folder.pods if other == name and not _is_dotfile(path)),
            key=lambda pair: (len(pair[0]), pair[0]),
        )
        first_path, first = same[0] if same else ("", None)
        for path, place in same[1:]:
            if first is not None and (folder.path.endswith(_KUBELET_FOLDER) or _is_copy(path, first_path)):
                message = (
                    f"this file defines the Pod {name} too: the kubelet reads every file here, whatever "
                    "its extension, and either may run"
                )
                yield Fault(Severity.BLIND, place, message, (Related(first, "the Pod is defined here"),))


def _is_dotfile(path: str) -> bool:
    return posixpath.basename(path).startswith(".")


def _is_copy(path: str, original: str) -> bool:
    """Whether a name contains that of the other file: folders of examples hold unrelated Pods of one name."""
    return posixpath.basename(original).partition(".")[0] in posixpath.basename(path)


RULE: Final = Rule(
    id="manifest-backup",
    of=Folder,
    severities=(Severity.BLIND,),
    check=check,
    what="A manifests directory has a second file that defines the same static Pod: a backup, a dated copy.",
    why="The kubelet reads every file there that does not begin with a dot. Which of two Pods of one "
    "name runs is not defined, so auditing may be off.",
    wrong={"manifests/kube-apiserver.yaml": POD, "manifests/kube-apiserver.yaml.bak": POD},
    right={"manifests/kube-apiserver.yaml": POD},
    sources=("k8s.io/kubernetes/pkg/kubelet/config/file.go: extractFromDir", "kubernetes/kubernetes issue 136962"),
)

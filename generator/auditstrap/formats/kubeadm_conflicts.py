"""What a kubeadm file of the user's own already says about auditing, and where it says something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditstrap.formats.cluster_configuration import KIND
from auditstrap.kubernetes.kubeadm_apis import GROUP, KubeadmApi, api_for, api_named, readable_by
from auditstrap.kubernetes.versions import read_release
from auditstrap.problems import InputError, Problem, described, quoted
from auditstrap.setup import AuditSetup, Flag, Mount
from auditstrap.source import Document, Mapping, Node, Scalar, Sequence

_AUDIT: Final = "audit-"


@dataclass(frozen=True, slots=True)
class Existing:
    """The file's ClusterConfiguration, and which parts of a setup it does not have yet."""

    root: Mapping
    api: KubeadmApi
    server: Node | None
    missing_flags: tuple[Flag, ...]
    missing_mounts: tuple[Mount, ...]


def existing(file: str, documents: list[Document], setup: AuditSetup) -> Existing | None:
    """The ClusterConfiguration among the documents of a file, or None. Raises InputError with every conflict."""
    found = [document.root for document in documents if _is_configuration(document.root)]
    roots = [root for root in found if isinstance(root, Mapping)]
    if not roots:
        return None
    examination = _Examination(file, roots[0], setup)
    for root in roots[1:]:
        examination.problem(root, f"a second {KIND}; kubeadm takes only one")
    return examination.result()


def _is_configuration(root: Node | None) -> bool:
    if not isinstance(root, Mapping) or _text(root.get("kind")) != KIND:
        return False
    return (_text(root.get("apiVersion")) or "").partition("/")[0] == GROUP


class _Examination:
    """Collects what is wrong with one ClusterConfiguration."""

    def __init__(self, file: str, root: Mapping, setup: AuditSetup) -> None:
        self._file = file
        self._root = root
        self._setup = setup
        self._problems: list[Problem] = []

    def problem(self, node: Node, message: str) -> None:
        self._problems.append(Problem(self._file, node.span, message))

    def result(self) -> Existing:
        api = self._api()
        self._check_version()
        server = self._member(self._root, "apiServer", Mapping)
        flags, mounts = self._setup.flags, self._setup.mounts
        if isinstance(server, Mapping):
            args = self._member(server, "extraArgs", Sequence if api.extra_args_are_a_list else Mapping)
            flags = self._missing_flags(list(self._args(args)))
            mounts = self._missing_mounts(self._member(server, "extraVolumes", Sequence))
        if self._problems:
            raise InputError(self._problems)
        return Existing(self._root, api, server, flags, mounts)

    def _api(self) -> KubeadmApi:
        node = self._root.get("apiVersion")
        minor = self._setup.kubernetes.minor
        version = (_text(node) or "").partition("/")[2]
        api = api_named(version)
        readable = readable_by(minor)
        if api in readable and api is not None:
            return api
        allowed = " or ".join(known.version for known in readable)
        migrate = "; kubeadm config migrate brings it up to date" if api else ""
        if node is not None:
            self.problem(node, f"kubeadm 1.{minor} does not read {quoted(version)}; {allowed} is allowed{migrate}")
        return api or api_for(minor)

    def _check_version(self) -> None:
        node = self._root.get("kubernetesVersion")
        theirs, ours = read_release(_text(node) or ""), self._setup.kubernetes
        if node is None or theirs is None:
            return
        other_patch = None not in {theirs.patch, ours.patch} and theirs.patch != ours.patch
        if theirs.minor != ours.minor or other_patch:
            self.problem(node, f"kubernetesVersion is {theirs} here, and the spec says {ours}; they must be the same")

    def _member(self, parent: Mapping, name: str, shape: type[Mapping | Sequence]) -> Node | None:
        """A member that may be absent, null, or of one shape; other things are reported."""
        for key, _ in parent.entries:
            if _text(key) == "<<":
                self.problem(key, f"a merge key may bring {name} of its own; write it out")
        keys = [key for key, _ in parent.entries if isinstance(key, Scalar) and key.text == name]
        for key in keys[1:]:
            self.problem(key, f"{name} stands here a second time")
        node = parent.get(name)
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if node.span.start < keys[-1].span.start:
            self.problem(keys[-1], f"{name} is an alias, so an addition would change its anchor too; write it out")
            return None
        if not isinstance(node, shape):
            allowed = "a list" if shape is Sequence else "a mapping"
            self.problem(node, f"{name} is {described(node)} here; {allowed} is allowed in this API version")
            return None
        return node

    def _args(self, node: Node | None) -> Iterator[tuple[Node, str, str]]:
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self._listed_arg(item)
        elif isinstance(node, Mapping):
            for key, value in node.entries:
                yield from self._arg(key, key, value)

    def _listed_arg(self, item: Node) -> Iterator[tuple[Node, str, str]]:
        name = item.get("name") if isinstance(item, Mapping) else None
        if not isinstance(item, Mapping) or name is None:
            self.problem(item, f"{described(item)} without a name stands here; an entry with name and value is allowed")
            return
        yield from self._arg(item, name, item.get("value"))

    def _arg(self, place: Node, name: Node, value: Node | None) -> Iterator[tuple[Node, str, str]]:
        if _text(name) == "<<":
            self.problem(name, "a merge key may bring audit flags of its own; write its entries out")
        elif _text(name) is None or (value is not None and _text(value) is None):
            wrong = name if _text(name) is None or value is None else value
            self.problem(wrong, f"{described(wrong)} stands here; kubeadm takes only strings, in quotes where needed")
        else:
            yield value or place, _text(name) or "", _text(value) or ""

    def _missing_flags(self, args: list[tuple[Node, str, str]]) -> tuple[Flag, ...]:
        ours = {flag.name: flag.value for flag in self._setup.flags}
        seen: set[str] = set()
        for node, written, value in args:
            name = written.lstrip("-").replace("_", "-")
            if not name.startswith(_AUDIT):
                continue
            if name not in ours:
                self.problem(node, f"{written} is set here, and the spec does not set it; remove it here")
            elif value != ours[name]:
                self.problem(node, f"{written} is {quoted(value)} here, and {quoted(ours[name])} by the spec")
            elif name in seen:
                self.problem(node, f"{written} is set here a second time")
            seen.add(name)
        return tuple(flag for flag in self._setup.flags if flag.name not in seen)

    def _missing_mounts(self, node: Node | None) -> tuple[Mount, ...]:
        names, paths = {m.name: m for m in self._setup.mounts}, {m.mount_path: m for m in self._setup.mounts}
        seen: set[str] = set()
        for item in node.items if isinstance(node, Sequence) else ():
            mount = self._mount(item)
            if mount is None:
                continue
            ours = names.get(mount.name) or paths.get(mount.mount_path)
            if ours is None:
                continue
            if mount != ours:
                self.problem(
                    item, f"the volume {quoted(mount.name)} differs from the one that auditing needs: {_told(ours)}"
                )
            elif mount.name in seen:
                self.problem(item, f"the volume {quoted(mount.name)} stands here a second time")
            seen.add(ours.name)
        return tuple(mount for mount in self._setup.mounts if mount.name not in seen)

    def _mount(self, item: Node) -> Mount | None:
        if not isinstance(item, Mapping):
            self.problem(item, f"{described(item)} stands here; a volume with name, hostPath and mountPath is allowed")
            return None
        read_only = item.get("readOnly")
        value = read_only.value if isinstance(read_only, Scalar) else None
        if read_only is not None and value is not None and not isinstance(value, bool):
            self.problem(read_only, f"{described(read_only)} stands here; true or false is allowed")
        texts = [_text(item.get(key)) or "" for key in ("name", "hostPath", "mountPath", "pathType")]
        name, host_path, mount_path, path_type = texts
        return Mount(name, host_path, mount_path, read_only=value is True, path_type=path_type)


def _told(mount: Mount) -> str:
    access = "read-only" if mount.read_only else "writable"
    return f"{mount.name}, {mount.host_path} at {mount.mount_path}, {access}, {mount.path_type}"


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None

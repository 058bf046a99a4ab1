"""cloud-init user-data: the files and directories of a control-plane node, there before kubeadm runs.

Sources: ``cloudinit/config/cc_write_files.py``, ``cc_runcmd.py``, ``cloudinit/mergers``; tmpfiles.d(5).
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import posixpath
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from auditstrap.fields import Boolean, Choice, Field, Object, Text
from auditstrap.paths import PATH_PATTERN, path_problem
from auditstrap.setup import VERIFY_SCRIPT, Artifact, AuditSetup, Located, NodeDirectory, NodeFile, Observed
from auditstrap.source import Mapping, Node, Scalar, Sequence, documents
from auditstrap.stable_gzip import compress
from auditstrap.templating import render_text
from auditstrap.yaml_text import HEADING, comment, dump

NAME: Final = "cloud-init"
ARTIFACT: Final = "cloud-config.yaml"
JOIN_ARTIFACT: Final = "cloud-config-join.yaml"
TRANSPORTS: Final = frozenset({"files", "directories"})
TMPFILES: Final = "/etc/tmpfiles.d/kubernetes-audit.conf"

_HEADER: Final = "#cloud-config\n"
_COMPRESSED: Final = "gzip+base64"
_ENCODINGS: Final = (_COMPRESSED, "text")
_MERGE_HOW: Final = (
    # The part that is merged later decides. Ours comes last and puts its lists in front, so that
    # the files are there, and the guard has run, before any kubeadm of the other part.
    {"name": "list", "settings": ["prepend"]},
    {"name": "dict", "settings": ["no_replace", "recurse_list"]},
)
_USE: Final = (
    "For control-plane nodes, the first and those that join. With a cloud-config of your own,",
    "attach this one as the LAST part: its merge settings then keep both, and put this one in front.",
    "Run kubeadm from runcmd, so that a wrong or missing file stops it.",
)


@dataclass(frozen=True, slots=True)
class Options:
    """``kubeadm_config_path`` is where on the node the kubeadm file goes, if it travels along."""

    encoding: str = _COMPRESSED
    kubeadm_config_path: str | None = None
    verify_after_boot: bool = False


OPTIONS: Final = Object(
    Options,
    (
        Field("encoding", "encoding", Choice("encoding", _ENCODINGS), "how file contents travel", _COMPRESSED),
        Field(
            "kubeadmConfigPath",
            "kubeadm_config_path",
            Text("an absolute path", path_problem, PATH_PATTERN),
            "where on the node the kubeadm file is put; without it the file does not travel",
        ),
        Field(
            "verifyAfterBoot",
            "verify_after_boot",
            Boolean(),
            "run the proof of auditing once after boot",
            default=False,
        ),
    ),
)


def render(setup: AuditSetup, options: Options, notes: tuple[str, ...] = ()) -> tuple[Artifact, ...]:
    """``cloud-config.yaml`` with every file and directory of the setup."""
    lines = (HEADING, *notes, *(_USE if setup.files else ()))
    text = _HEADER + comment(lines) + dump(_cloud_config(setup, options) or {})
    return (Artifact(ARTIFACT, text.encode()),)


def _cloud_config(setup: AuditSetup, options: Options) -> dict[str, Any]:
    written = [file for file in setup.files if file.content is not None]
    entries = [_entry(file, file.content or b"", options.encoding) for file in written]
    tmpfiles = "".join(_tmpfiles_lines(setup))
    if tmpfiles:
        entries.append(_entry(NodeFile(TMPFILES, None, 0o644, "root:root"), tmpfiles.encode(), "text"))
    if not entries:
        return {}
    return {"merge_how": list(_MERGE_HOW), "write_files": entries, "runcmd": list(_commands(setup, options))}


def _entry(file: NodeFile, content: bytes, encoding: str) -> dict[str, str]:
    entry = {"path": file.path, "owner": file.owner, "permissions": f"{file.mode:04o}"}
    if encoding == _COMPRESSED:
        return {**entry, "encoding": "gz+b64", "content": base64.b64encode(compress(content)).decode()}
    return {**entry, "content": content.decode()}


def _tmpfiles_lines(setup: AuditSetup) -> Iterator[str]:
    """systemd-tmpfiles makes them at every boot, also where /var/log is a disk of its own."""
    for directory in setup.directories:
        yield _tmpfiles_line("d", directory.path, directory.mode, directory.owner)
    for file in setup.files:
        if file.content is None:
            yield _tmpfiles_line("f", file.path, file.mode, file.owner)


def _tmpfiles_line(kind: str, path: str, mode: int, owner: str) -> str:
    user, _, group = owner.partition(":")
    return f"{kind} {path} {mode:04o} {user} {group} -\n"


def _commands(setup: AuditSetup, options: Options) -> Iterator[list[str] | str]:
    if any(_tmpfiles_lines(setup)):
        yield ["systemd-tmpfiles", "--create", TMPFILES]
    yield _guard(setup)
    script = verify_script(setup)
    if options.verify_after_boot and script:
        yield ["systemd-run", "--no-block", "--unit=kubernetes-audit-verify", "/bin/sh", script, "--wait", "900"]


def verify_script(setup: AuditSetup) -> str | None:
    """The path of the script that proves auditing on the node, if the setup has one."""
    return next((file.path for file in setup.files if posixpath.basename(file.path) == VERIFY_SCRIPT), None)


def _guard(setup: AuditSetup) -> str:
    files = [
        {"path": file.path, "sha256": hashlib.sha256(file.content).hexdigest()}
        for file in setup.files
        if file.content is not None
    ]
    ours = {file.path for file in setup.files}
    required = [m.host_path for m in setup.mounts if m.path_type == "File" and m.host_path not in ours]
    return render_text("cloud-init/guard.sh.j2", files=files, required=required)


def read(text: str) -> Observed:
    """The files and directories that a cloud-config puts on its node; lines of tmpfiles.d count as what they make.

    Entries that cloud-init itself would not write are passed over. Raises SourceError where the text is not YAML.
    """
    root = next((document.root for document in documents(text)), None)
    listed = root.get("write_files") if isinstance(root, Mapping) else None
    files: list[Located[NodeFile]] = []
    directories: list[Located[NodeDirectory]] = []
    for item in listed.items if isinstance(listed, Sequence) else ():
        for made in _made(_file(item)):
            if isinstance(made, NodeFile):
                files.append(Located(made, item.span))
            else:
                directories.append(Located(made, item.span))
    return Observed(files=tuple(files), directories=tuple(directories))


def _made(file: NodeFile | None) -> Iterator[NodeFile | NodeDirectory]:
    if file is None:
        return
    if file.path.startswith("/etc/tmpfiles.d/"):
        yield from _made_by_tmpfiles(file.content or b"")
    else:
        yield file


def _file(item: Node) -> NodeFile | None:
    path, content = _member(item, "path"), _member(item, "content") or ""
    if path is None:
        return None
    try:
        decoded = _decoded(content, _member(item, "encoding") or "text/plain")
        mode = int(_member(item, "permissions") or "0644", 8)
    except (ValueError, binascii.Error, OSError, EOFError, zlib.error):
        return None
    return NodeFile(path, decoded, mode, _member(item, "owner") or "root:root")


def _decoded(content: str, encoding: str) -> bytes:
    steps = encoding.strip().lower().split("+")
    data = content.encode()
    if "b64" in steps or "base64" in steps:
        data = base64.b64decode(data)
    return gzip.decompress(data) if "gz" in steps or "gzip" in steps else data


def _made_by_tmpfiles(content: bytes) -> Iterator[NodeDirectory | NodeFile]:
    for line in content.decode("utf-8", "replace").splitlines():
        kind, *rest = line.split()[:5] or [""]
        if len(rest) == 4 and kind in {"d", "f"}:  # noqa: PLR2004 - path, mode, user, group
            path, mode, user, group = rest
            owner = f"{user}:{group}"
            yield NodeDirectory(path, int(mode, 8), owner) if kind == "d" else NodeFile(path, None, int(mode, 8), owner)


def _member(node: Node, key: str) -> str | None:
    value = node.get(key) if isinstance(node, Mapping) else None
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else None

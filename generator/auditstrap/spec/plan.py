"""From settings to the hub: which flags, mounts, files and directories they come to."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator
from urllib.parse import urlsplit

from auditstrap.kubernetes.audit_flags import AUDIT_FLAGS
from auditstrap.paths import mounted_by_kubeadm
from auditstrap.setup import VERIFY_SCRIPT, AuditSetup, Flag, Mount, NodeDirectory, NodeFile
from auditstrap.spec.model import FlagValue, FlagValues, Node, Settings, Webhook
from auditstrap.templating import render_text
from auditstrap.yaml_text import HEADING, comment, dump

DEFAULT_LOG_DIRECTORY = "/var/log/kubernetes/audit"
LOG_NAME = "audit.log"
WEBHOOK_CONFIG_NAME = "apiserver-audit-webhook.kubeconfig"

_ROOT = "root:root"
_PRIVATE = 0o600
_SCRIPT = 0o700
_STDOUT = "-"
_ROTATION = frozenset({"audit-log-maxage", "audit-log-maxbackup", "audit-log-maxsize", "audit-log-compress"})


def plan(settings: Settings, policy: str) -> AuditSetup:
    """What each control-plane node needs so that the policy (its text) is in force; nothing where it is not enabled."""
    if not settings.enabled:
        return AuditSetup(settings.kubernetes)
    layout = Layout(settings, policy.encode())
    return AuditSetup(
        settings.kubernetes,
        flags=tuple(_flags(settings, layout)),
        mounts=tuple(_mounts(settings, layout)),
        files=tuple(_files(settings, layout)),
        directories=tuple(_directories(settings.node, layout)),
    )


class Layout:
    """Where each thing of one cluster is on its nodes; None for what it does not have."""

    def __init__(self, settings: Settings, policy: bytes) -> None:
        node = settings.node
        folder = posixpath.dirname(node.policy_path)
        self.policy_content = policy
        self.policy = _hashed(node.policy_path, policy) if node.hash_policy_name else node.policy_path
        self.verify = posixpath.join(folder, VERIFY_SCRIPT)
        self.webhook_config = (
            node.webhook_config_path or posixpath.join(folder, WEBHOOK_CONFIG_NAME) if settings.webhook else None
        )
        self.log_flag = None if settings.log is None else _log_path(settings.log, node)
        self.log = None if self.log_flag == _STDOUT else self.log_flag
        self.log_directory = None if self.log is None else node.log_directory or posixpath.dirname(self.log)


def _hashed(path: str, content: bytes) -> str:
    stem, extension = posixpath.splitext(path)
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:10]}{extension}"


def _log_path(flags: FlagValues, node: Node) -> str:
    return str(flags.get("audit-log-path") or posixpath.join(node.log_directory or DEFAULT_LOG_DIRECTORY, LOG_NAME))


def _flags(settings: Settings, layout: Layout) -> Iterator[Flag]:
    values: FlagValues = {"audit-policy-file": layout.policy}
    if settings.log is not None and layout.log_flag is not None:
        kept = {name: value for name, value in settings.log.items() if layout.log or name not in _ROTATION}
        values |= {**kept, "audit-log-path": layout.log_flag}
    if settings.webhook is not None and layout.webhook_config is not None:
        values |= {**settings.webhook.flags, "audit-webhook-config-file": layout.webhook_config}
    for flag in AUDIT_FLAGS:
        if flag.name in values:
            yield Flag(flag.name, _text(values[flag.name]))


def _text(value: FlagValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mounts(settings: Settings, layout: Layout) -> Iterator[Mount]:
    yield _file_mount("audit-policy", layout.policy)
    if layout.log_directory:
        yield Mount(
            "audit-log", layout.log_directory, layout.log_directory, read_only=False, path_type="DirectoryOrCreate"
        )
    if settings.webhook and layout.webhook_config:
        yield _file_mount("audit-webhook-config", layout.webhook_config)
        mounted: set[str] = set()
        for what, path in settings.webhook.certificates().items():
            if path not in mounted and not mounted_by_kubeadm(path):
                mounted.add(path)
                yield _file_mount(f"audit-webhook-{what}", path)


def _file_mount(name: str, path: str) -> Mount:
    return Mount(name, path, path, read_only=True, path_type="File")


def _files(settings: Settings, layout: Layout) -> Iterator[NodeFile]:
    yield NodeFile(layout.policy, layout.policy_content, _PRIVATE, _ROOT)
    if settings.webhook and layout.webhook_config:
        yield NodeFile(layout.webhook_config, _kubeconfig(settings.webhook).encode(), _PRIVATE, _ROOT)
    yield NodeFile(layout.verify, _verify(settings, layout).encode(), _SCRIPT, _ROOT)
    mode = int(settings.node.log_mode, 8) & ~0o111
    if layout.log and (mode != _PRIVATE or settings.node.owner != _ROOT):
        yield NodeFile(layout.log, None, mode, settings.node.owner)


def _kubeconfig(webhook: Webhook) -> str:
    """Source: ``staging/src/k8s.io/apiserver/pkg/util/webhook``: a kubeconfig whose cluster is the receiver."""
    cluster = {"server": webhook.server}
    if webhook.certificate_authority:
        cluster["certificate-authority"] = webhook.certificate_authority
    certificates = {name: path for name, path in webhook.certificates().items() if name != "ca"}
    return comment((HEADING,)) + dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "audit", "cluster": cluster}],
            "users": [{"name": "kube-apiserver", "user": certificates}],
            "contexts": [{"name": "audit", "context": {"cluster": "audit", "user": "kube-apiserver"}}],
            "current-context": "audit",
        }
    )


def _verify(settings: Settings, layout: Layout) -> str:
    return render_text(
        "node/verify.sh.j2",
        log_path=layout.log,
        log_directory=layout.log_directory,
        log_to_stdout=layout.log_flag == _STDOUT,
        webhook_server=settings.webhook.server if settings.webhook else None,
        webhook_host=urlsplit(settings.webhook.server).netloc if settings.webhook else None,
    )


def _directories(node: Node, layout: Layout) -> Iterator[NodeDirectory]:
    if layout.log_directory:
        yield NodeDirectory(layout.log_directory, int(node.log_mode, 8), node.owner)


def remains(settings: Settings) -> tuple[str, ...]:
    """What switching off leaves on nodes that already audit, as sentences; empty where auditing is on."""
    if settings.enabled:
        return ()
    layout = Layout(settings, b"")
    left = [
        path for path in (settings.node.policy_path, layout.webhook_config, layout.verify, layout.log_directory) if path
    ]
    return (
        "Auditing is off: clusters that are made from this file record nothing.",
        "Nodes that run already keep their flags, in /etc/kubernetes/manifests/kube-apiserver.yaml and in the",
        "ConfigMap kube-system/kubeadm-config, until they are replaced. What was written stays on their disks:",
        *(f"  {path}" for path in left),
    )

"""A kubeadm ClusterConfiguration as data, in the shape of either API."""

from __future__ import annotations

from typing import Any, Final

from auditstrap.kubernetes.kubeadm_apis import KubeadmApi
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.setup import AuditSetup, Flag, Mount

KIND: Final = "ClusterConfiguration"


def document(setup: AuditSetup, api: KubeadmApi) -> dict[str, Any]:
    """The whole document; without ``apiServer`` where auditing is off."""
    head = {"apiVersion": api.api_version, "kind": KIND, "kubernetesVersion": release(setup.kubernetes)}
    return {**head, "apiServer": api_server(setup, api)} if setup.flags or setup.mounts else head


def api_server(setup: AuditSetup, api: KubeadmApi) -> dict[str, Any]:
    """The field ``apiServer``."""
    return {
        "extraArgs": extra_args(setup.flags, api),
        "extraVolumes": [extra_volume(mount) for mount in setup.mounts],
    }


def release(version: KubernetesVersion) -> str:
    """A version for ``kubernetesVersion``: a release, or the newest one of the minor (``stable-1.37``)."""
    return f"stable-{version}" if version.patch is None else f"v{version}"


def extra_args(flags: tuple[Flag, ...], api: KubeadmApi) -> list[dict[str, str]] | dict[str, str]:
    """``extraArgs`` in the shape of this API."""
    if api.extra_args_are_a_list:
        return [{"name": flag.name, "value": flag.value} for flag in flags]
    return {flag.name: flag.value for flag in flags}


def extra_volume(mount: Mount) -> dict[str, Any]:
    """One entry of ``extraVolumes``."""
    return {
        "name": mount.name,
        "hostPath": mount.host_path,
        "mountPath": mount.mount_path,
        "readOnly": mount.read_only,
        "pathType": mount.path_type,
    }

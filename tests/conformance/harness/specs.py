"""Specs and what auditstrap renders from them."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from typing import Any

import yaml

from auditstrap import load_spec, render
from auditstrap.fields import UserFile

POLICY = "audit-policy.yaml"
KUBEADM = "kubeadm.yaml"
CLOUD_CONFIG = "cloud-config.yaml"
JOIN_CLOUD_CONFIG = "cloud-config-join.yaml"
POLICY_PATH = "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml"
LOG = "/var/log/kubernetes/audit/audit.log"


def spec(release: str, **fields: Any) -> str:
    """An AuditBootstrap for a Kubernetes release."""
    return yaml.safe_dump(
        {
            "apiVersion": "auditstrap.dev/v1alpha1",
            "kind": "AuditBootstrap",
            "spec": {"kubernetesVersion": release, **fields},
        }
    )


def rendered(release: str, files: Mapping[str, str] | None = None, **fields: Any) -> dict[str, bytes]:
    """The content of every artifact, by its path; ``files`` are those that the spec names."""
    given = {path: UserFile(path, text) for path, text in (files or {}).items()}
    loaded = load_spec(spec(release, **fields), read_file=given.__getitem__)
    return {artifact.path: artifact.content for artifact in render(loaded)}


def node_files(artifacts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files that the cloud-config puts on a node, by their paths."""
    entries = yaml.safe_load(artifacts[CLOUD_CONFIG])["write_files"]
    return {entry["path"]: _content(entry) for entry in entries}


def verify_script(artifacts: Mapping[str, bytes]) -> str:
    """Where on the node the script lies that proves auditing."""
    (path,) = (path for path in node_files(artifacts) if path.endswith("/verify.sh"))
    return path


def _content(entry: Mapping[str, str]) -> bytes:
    content = entry["content"].encode()
    return gzip.decompress(base64.b64decode(content)) if "encoding" in entry else content

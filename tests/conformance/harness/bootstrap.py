"""A node's first boot: cloud-init lays the files and runs kubeadm, as user-data says."""

from __future__ import annotations

import yaml
from tests.conformance.harness import cloud_init
from tests.conformance.harness.kubeadm import CONFIG, INIT_SCRIPT
from tests.conformance.harness.node import Node

CALLS = "/var/log/kubeadm.calls"

_RECORDING = f'#!/bin/sh\necho "$*" >> {CALLS}\n'


def own_part(kubeadm_config: bytes | None = None, *, command: str = "init", files: dict[str, str] | None = None) -> str:
    """A cloud-config such as people have: files of their own, their kubeadm file, and its command in runcmd."""
    written = [{"path": path, "content": content} for path, content in (files or {}).items()]
    if kubeadm_config is not None:
        written.append({"path": CONFIG, "content": kubeadm_config.decode()})
    runcmd = [["kubeadm", command, "--config", CONFIG]]
    return "#cloud-config\n" + yaml.safe_dump({"write_files": written, "runcmd": runcmd})


def first_boot(node: Node, *parts: bytes | str, initialise: bool = True) -> cloud_init.Boot:
    """Boot with these parts of user-data. ``kubeadm`` is recorded, and ``initialise`` does what init does."""
    node.replace_kubeadm(_RECORDING + INIT_SCRIPT if initialise else _RECORDING)
    texts = [part.decode() if isinstance(part, bytes) else part for part in parts]
    user_data = texts[0] if len(texts) == 1 else cloud_init.multipart(*texts)
    return cloud_init.boot(node, user_data)


def kubeadm_calls(node: Node) -> list[str]:
    """The arguments of every call of kubeadm, in order."""
    calls = node.path(CALLS)
    return calls.read_text().splitlines() if calls.exists() else []

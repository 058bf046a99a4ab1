"""The real cloud-init on a node: user-data in a NoCloud seed, the four stages of a boot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

from tests.conformance.harness.node import Node

SEED = "/var/lib/cloud/seed/nocloud"
_CONFIGURATION = {
    "datasource_list": ["NoCloud", "None"],
    "network": {"config": "disabled"},
    "cloud_init_modules": ["write-files"],
    "cloud_config_modules": ["runcmd"],
    "cloud_final_modules": ["write-files-deferred", "scripts-user"],
    "system_info": {"distro": "debian"},
}
_STAGES = """
cloud-init init --local && cloud-init init
cloud-init modules --mode config
cloud-init modules --mode final
cloud-init status --long
"""


@dataclass(frozen=True, slots=True)
class Boot:
    """How cloud-init's stages went: everything that they, and the commands of runcmd, printed."""

    status: int
    output: str


def boot(node: Node, user_data: str | bytes) -> Boot:
    """A first boot of the node with this user-data."""
    node.write("/etc/cloud/cloud.cfg", json.dumps(_CONFIGURATION))
    node.write(f"{SEED}/meta-data", "instance-id: first\n")
    node.write(f"{SEED}/user-data", user_data, 0o600)
    done = node.attempt("sh", "-c", _STAGES)
    return Boot(done.returncode, done.stdout + done.stderr)


def multipart(*parts: str) -> bytes:
    """Several cloud-configs in one user-data, in this order."""
    message = MIMEMultipart()
    for part in parts:
        message.attach(MIMEText(part, "cloud-config"))
    return message.as_bytes()


def schema_problems(node: Node, user_data: bytes) -> str:
    """What ``cloud-init schema`` finds wrong; nothing where it calls the file valid."""
    node.write("/root/user-data", user_data)
    done = node.attempt("cloud-init", "schema", "--config-file", "/root/user-data")
    return "" if done.returncode == 0 else done.stdout + done.stderr

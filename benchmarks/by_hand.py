"""The rival: render specs with a template, as an infrastructure repository without auditstrap does."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import yaml

KUBEADM = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: stable-{{ spec.kubernetesVersion }}
apiServer:
  extraArgs:
{% for name, value in flags.items() %}
  - name: {{ name }}
    value: "{{ value }}"
{% endfor %}
"""
CLOUD_CONFIG = """\
#cloud-config
write_files:
- path: /etc/kubernetes/audit-policy/apiserver-audit-policy.yaml
  permissions: "0600"
  content: |
    {{ policy | indent(4) }}
runcmd:
- [install, -d, -m, "0700", /var/log/kubernetes/audit]
"""
FLAGS = {
    "audit-policy-file": "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml",
    "audit-log-path": "/var/log/kubernetes/audit/audit.log",
    "audit-log-maxage": "30",
    "audit-log-maxbackup": "10",
    "audit-log-maxsize": "100",
}


def main(spec: str, policy: str, output: str) -> None:
    """Render every document of a spec file into a folder of its own."""
    environment = jinja2.Environment(trim_blocks=True)  # noqa: S701 - no HTML
    kubeadm, cloud_config = environment.from_string(KUBEADM), environment.from_string(CLOUD_CONFIG)
    text = Path(policy).read_text()
    with Path(spec).open() as file:
        for document in yaml.load_all(file, Loader=yaml.CSafeLoader):
            folder = Path(output) / document["metadata"]["name"]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "audit-policy.yaml").write_text(text)
            (folder / "kubeadm.yaml").write_text(kubeadm.render(spec=document["spec"], flags=FLAGS))
            (folder / "cloud-config.yaml").write_text(cloud_config.render(policy=text))


if __name__ == "__main__":
    main(*sys.argv[1:])

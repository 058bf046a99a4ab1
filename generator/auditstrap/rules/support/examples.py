"""Correct files, short, for the examples of the rules."""

from __future__ import annotations

from typing import Final

POLICY: Final = """\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
"""

KUBEADM: Final = """\
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.0
apiServer:
  extraArgs:
  - name: audit-policy-file
    value: /etc/kubernetes/audit/policy.yaml
  - name: audit-log-path
    value: /var/log/kubernetes/audit/audit.log
  - name: audit-log-maxage
    value: "30"
  - name: audit-log-maxbackup
    value: "10"
  - name: audit-log-maxsize
    value: "100"
  extraVolumes:
  - name: audit-policy
    hostPath: /etc/kubernetes/audit/policy.yaml
    mountPath: /etc/kubernetes/audit/policy.yaml
    readOnly: true
    pathType: File
  - name: audit-log
    hostPath: /var/log/kubernetes/audit
    mountPath: /var/log/kubernetes/audit
    readOnly: false
    pathType: DirectoryOrCreate
"""

KUBEADM_V1BETA3: Final = """\
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.30.0
apiServer:
  extraArgs:
    audit-policy-file: /etc/kubernetes/audit/policy.yaml
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-log-maxage: "30"
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
  extraVolumes:
  - name: audit-policy
    hostPath: /etc/kubernetes/audit/policy.yaml
    mountPath: /etc/kubernetes/audit/policy.yaml
    readOnly: true
    pathType: File
  - name: audit-log
    hostPath: /var/log/kubernetes/audit
    mountPath: /var/log/kubernetes/audit
    readOnly: false
    pathType: DirectoryOrCreate
"""

POD: Final = """\
apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --audit-policy-file=/etc/kubernetes/audit/policy.yaml
    - --audit-log-path=/var/log/kubernetes/audit/audit.log
    - --audit-log-maxage=30
    - --audit-log-maxbackup=10
    - --audit-log-maxsize=100
    volumeMounts:
    - name: audit-policy
      mountPath: /etc/kubernetes/audit/policy.yaml
      readOnly: true
    - name: audit-log
      mountPath: /var/log/kubernetes/audit
  volumes:
  - name: audit-policy
    hostPath:
      path: /etc/kubernetes/audit/policy.yaml
      type: File
  - name: audit-log
    hostPath:
      path: /var/log/kubernetes/audit
      type: DirectoryOrCreate
"""


def _indented(text: str, by: int) -> str:
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


CLOUD_CONFIG: Final = f"""\
#cloud-config
write_files:
- path: /etc/kubernetes/audit/policy.yaml
  owner: root:root
  permissions: "0600"
  content: |
{_indented(POLICY, 4)}- path: /etc/kubernetes/kubeadm.yaml
  owner: root:root
  permissions: "0600"
  content: |
{_indented(KUBEADM, 4)}runcmd:
- kubeadm init --config /etc/kubernetes/kubeadm.yaml
"""

CONTROL_PLANE: Final = f"""\
apiVersion: controlplane.cluster.x-k8s.io/v1beta2
kind: KubeadmControlPlane
metadata:
  name: example
spec:
  version: v1.36.0
  kubeadmConfigSpec:
    clusterConfiguration:
{_indented(KUBEADM.split("kubernetesVersion: v1.36.0" + chr(10))[1], 6)}    files:
    - path: /etc/kubernetes/audit/policy.yaml
      owner: root:root
      permissions: "0600"
      content: |
{_indented(POLICY, 8)}"""

KIND: Final = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
kubeadmConfigPatches:
- |
  kind: ClusterConfiguration
  apiServer:
    extraArgs:
      audit-policy-file: /etc/kubernetes/audit/policy.yaml
      audit-log-path: /var/log/kubernetes/audit/audit.log
      audit-log-maxage: "30"
      audit-log-maxbackup: "10"
      audit-log-maxsize: "100"
    extraVolumes:
    - name: audit-policy
      hostPath: /etc/kubernetes/audit/policy.yaml
      mountPath: /etc/kubernetes/audit/policy.yaml
      readOnly: true
      pathType: File
    - name: audit-log
      hostPath: /var/log/kubernetes/audit
      mountPath: /var/log/kubernetes/audit
      readOnly: false
      pathType: DirectoryOrCreate
nodes:
- role: control-plane
  extraMounts:
  - hostPath: /home/me/policy.yaml
    containerPath: /etc/kubernetes/audit/policy.yaml
    readOnly: true
"""


def without(text: str, *lines: str) -> str:
    """The text without the lines that contain one of these."""
    return "".join(line for line in text.splitlines(keepends=True) if not any(part in line for part in lines))


def changed(text: str, old: str, new: str) -> str:
    """The text with one thing changed; the thing must be there."""
    if old not in text:
        raise ValueError(f"{old!r} is not in the example")
    return text.replace(old, new, 1)

"""Every field of the schema can be set, and shows in what the nodes get. A field without a row here fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from auditstrap import Cluster, load_spec, render
from auditstrap.fields import Object, UserFile
from auditstrap.formats import FORMATS
from auditstrap.policy import presets
from auditstrap.spec.schema import DOCUMENT
from auditstrap.yaml_text import dump

SERVER = {"server": "https://a.example/"}
CLIENT = {"clientCertificate": "/opt/crt.pem", "clientKey": "/opt/key.pem"}
POLICY = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  users: [somebody]\n"
RULE = {"level": "None", "users": ["somebody"]}
MERGED = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nclusterName: mine\n"

Check = Callable[[Cluster], bool]


def leaves(kind: Object, path: str = "") -> Iterator[str]:
    for field in kind.fields:
        name = f"{path}.{field.name}" if path else field.name
        if isinstance(field.kind, Object):
            yield from leaves(field.kind, name)
        elif name == "spec.outputs":
            for known in FORMATS:
                yield from (f"spec.outputs.{known.NAME}.{option.name}" for option in known.OPTIONS.fields)
        else:
            yield name


def flag(name: str, value: str) -> Check:
    return lambda cluster: {f.name: f.value for f in cluster.setup.flags}.get(name) == value


def batching(backend: str, given: dict[str, Any]) -> dict[str, Any]:
    return {backend: {**(SERVER if backend == "webhook" else {}), "mode": "batch", "batch": given}}


def truncating(backend: str, **given: int) -> dict[str, Any]:
    return {backend: {**(SERVER if backend == "webhook" else {}), "truncate": {"enabled": True, **given}}}


def buffering(backend: str) -> dict[str, tuple[dict[str, Any], Check]]:
    prefix, flags = f"spec.{backend}", f"audit-{backend}"
    base = SERVER if backend == "webhook" else {}
    throttle = {"enable": True, "qps": 2.5, "burst": 7}
    return {
        f"{prefix}.mode": ({backend: {**base, "mode": "blocking-strict"}}, flag(f"{flags}-mode", "blocking-strict")),
        f"{prefix}.batch.bufferSize": (
            batching(backend, {"bufferSize": 501}),
            flag(f"{flags}-batch-buffer-size", "501"),
        ),
        f"{prefix}.batch.maxSize": (batching(backend, {"maxSize": 77}), flag(f"{flags}-batch-max-size", "77")),
        f"{prefix}.batch.maxWait": (batching(backend, {"maxWait": "3s"}), flag(f"{flags}-batch-max-wait", "3s")),
        f"{prefix}.batch.throttle.enable": (
            batching(backend, {"throttle": throttle}),
            flag(f"{flags}-batch-throttle-enable", "true"),
        ),
        f"{prefix}.batch.throttle.qps": (
            batching(backend, {"throttle": throttle}),
            flag(f"{flags}-batch-throttle-qps", "2.5"),
        ),
        f"{prefix}.batch.throttle.burst": (
            batching(backend, {"throttle": throttle}),
            flag(f"{flags}-batch-throttle-burst", "7"),
        ),
        f"{prefix}.truncate.enabled": (truncating(backend), flag(f"{flags}-truncate-enabled", "true")),
        f"{prefix}.truncate.maxBatchSize": (
            truncating(backend, maxBatchSize=200_000),
            flag(f"{flags}-truncate-max-batch-size", "200000"),
        ),
        f"{prefix}.truncate.maxEventSize": (
            truncating(backend, maxEventSize=50_000),
            flag(f"{flags}-truncate-max-event-size", "50000"),
        ),
    }


def policy_has(text: str) -> Check:
    return lambda cluster: text.encode() in (cluster.setup.files[0].content or b"")


def mounted(path: str) -> Check:
    return lambda cluster: path in {mount.host_path for mount in cluster.setup.mounts if mount.read_only}


def kubeconfig_has(text: str) -> Check:
    return lambda cluster: any(text.encode() in (file.content or b"") for file in cluster.setup.files[1:])


def artifact(path: str, *texts: str) -> Check:
    def check(cluster: Cluster) -> bool:
        from auditstrap import Spec

        contents = {made.path: made.content.decode() for made in render(Spec((cluster,)))}
        return all(text in contents.get(path, "") for text in texts)

    return check


def output(name: str, **options: Any) -> dict[str, Any]:
    return {"outputs": [{"format": name, **options}]}


ROWS: dict[str, tuple[dict[str, Any], Check]] = {
    "spec.enabled": ({"enabled": False}, lambda cluster: not cluster.setup.flags),
    "spec.kubernetesVersion": (
        {"kubernetesVersion": "v1.33.4"},
        lambda cluster: str(cluster.setup.kubernetes) == "1.33.4",
    ),
    "spec.policy.preset": ({"policy": {"preset": "metadata@1"}}, policy_has(presets.text(presets.get("metadata@1")))),
    "spec.policy.file": ({"policy": {"file": "policy.yaml"}}, policy_has("[somebody]")),
    "spec.policy.inline": ({"policy": {"inline": POLICY}}, policy_has("[somebody]")),
    "spec.policy.before": ({"policy": {"before": [RULE]}}, policy_has("somebody")),
    "spec.policy.after": ({"policy": {"after": [RULE]}}, policy_has("somebody")),
    "spec.log.enabled": (
        {"log": {"enabled": False}, "webhook": SERVER},
        lambda cluster: not any(f.name.startswith("audit-log") for f in cluster.setup.flags),
    ),
    "spec.log.path": ({"log": {"path": "/srv/logs/a.log"}}, flag("audit-log-path", "/srv/logs/a.log")),
    "spec.log.maxAge": ({"log": {"maxAge": 3}}, flag("audit-log-maxage", "3")),
    "spec.log.maxBackup": ({"log": {"maxBackup": 4}}, flag("audit-log-maxbackup", "4")),
    "spec.log.maxSize": ({"log": {"maxSize": 5}}, flag("audit-log-maxsize", "5")),
    "spec.log.compress": ({"log": {"compress": True}}, flag("audit-log-compress", "true")),
    "spec.log.format": ({"log": {"format": "legacy"}}, flag("audit-log-format", "legacy")),
    **buffering("log"),
    "spec.webhook.server": ({"webhook": SERVER}, kubeconfig_has("server: https://a.example/")),
    "spec.webhook.certificateAuthority": (
        {"webhook": {**SERVER, "certificateAuthority": "/opt/ca.pem"}},
        lambda c: mounted("/opt/ca.pem")(c) and kubeconfig_has("certificate-authority: /opt/ca.pem")(c),
    ),
    "spec.webhook.clientCertificate": (
        {"webhook": {**SERVER, **CLIENT}},
        lambda c: mounted("/opt/crt.pem")(c) and kubeconfig_has("client-certificate: /opt/crt.pem")(c),
    ),
    "spec.webhook.clientKey": (
        {"webhook": {**SERVER, **CLIENT}},
        lambda c: mounted("/opt/key.pem")(c) and kubeconfig_has("client-key: /opt/key.pem")(c),
    ),
    "spec.webhook.initialBackoff": (
        {"webhook": {**SERVER, "initialBackoff": "7s"}},
        flag("audit-webhook-initial-backoff", "7s"),
    ),
    **buffering("webhook"),
    "spec.node.policyPath": (
        {"node": {"policyPath": "/etc/audit/p.yaml"}},
        lambda c: mounted("/etc/audit/p.yaml")(c) and c.setup.files[0].path == "/etc/audit/p.yaml",
    ),
    "spec.node.webhookConfigPath": (
        {"webhook": SERVER, "node": {"webhookConfigPath": "/etc/audit/w.conf"}},
        flag("audit-webhook-config-file", "/etc/audit/w.conf"),
    ),
    "spec.node.logDirectory": ({"node": {"logDirectory": "/srv/a/b"}}, flag("audit-log-path", "/srv/a/b/audit.log")),
    "spec.node.logMode": ({"node": {"logMode": "0750"}}, lambda cluster: cluster.setup.directories[0].mode == 0o750),
    "spec.node.owner": (
        {"node": {"owner": "root:adm"}},
        lambda c: (c.setup.directories[0].owner, c.setup.files[-1].owner) == ("root:adm", "root:adm"),
    ),
    "spec.node.hashPolicyName": (
        {"node": {"policyPath": "/etc/audit/p.yaml", "hashPolicyName": True}},
        lambda cluster: cluster.setup.files[0].path.startswith("/etc/audit/p-"),
    ),
    "spec.outputs.kubeadm.mergeInto": (
        output("kubeadm", mergeInto="kubeadm.yaml"),
        artifact("kubeadm.yaml", "clusterName: mine", "audit-policy-file"),
    ),
    "spec.outputs.cloud-init.encoding": (
        output("cloud-init", encoding="text"),
        artifact("cloud-config.yaml", "kind: Policy"),
    ),
    "spec.outputs.cloud-init.kubeadmConfigPath": (
        output("cloud-init", encoding="text", kubeadmConfigPath="/etc/kubernetes/kubeadm.yaml"),
        artifact("cloud-config.yaml", "path: /etc/kubernetes/kubeadm.yaml", "kind: ClusterConfiguration"),
    ),
    "spec.outputs.cloud-init.verifyAfterBoot": (
        output("cloud-init", verifyAfterBoot=True),
        artifact("cloud-config.yaml", "systemd-run"),
    ),
}
HEAD_FIELDS = {"apiVersion", "kind", "metadata.name"}


def test_every_field_has_a_row() -> None:
    assert set(leaves(DOCUMENT)) - HEAD_FIELDS == set(ROWS)


@pytest.mark.parametrize("path", ROWS)
def test_a_field_shows_in_what_the_nodes_get(path: str) -> None:
    fields, shows = ROWS[path]
    spec = {"kubernetesVersion": "1.37", **fields}
    head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap", "metadata": {"name": "a"}}
    files = {"policy.yaml": POLICY, "kubeadm.yaml": MERGED}
    read = lambda name: UserFile(name, files[name])  # noqa: E731 - a file by its name
    (without,) = load_spec(dump({**head, "spec": {"kubernetesVersion": "1.37", "webhook": SERVER}})).clusters
    (cluster,) = load_spec(dump({**head, "spec": spec}), read_file=read).clusters
    assert cluster.name == "a"
    assert shows(cluster)
    assert path == "spec.webhook.server" or not shows(without)


def test_a_hash_in_the_policys_name_changes_with_its_content() -> None:
    def path(policy: dict[str, Any]) -> str:
        spec = {"kubernetesVersion": "1.37", "policy": policy, "node": {"hashPolicyName": True}}
        head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
        (cluster,) = load_spec(dump({**head, "spec": spec})).clusters
        assert cluster.setup.flags[0].value == cluster.setup.mounts[0].host_path == cluster.setup.files[0].path
        return cluster.setup.files[0].path

    assert path({}) == path({})
    assert path({}) != path({"after": [RULE]})


@pytest.mark.parametrize(
    ("node", "mode"),
    [({}, None), ({"logMode": "0750"}, 0o640), ({"owner": "root:adm"}, 0o600), ({"logMode": "755"}, 0o644)],
)
def test_the_log_is_made_before_where_its_mode_or_owner_is_not_what_it_would_be(
    node: dict[str, str], mode: int | None
) -> None:
    head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
    (cluster,) = load_spec(dump({**head, "spec": {"kubernetesVersion": "1.37", "node": node}})).clusters
    assert [file.mode for file in cluster.setup.files if file.content is None] == ([] if mode is None else [mode])


def test_a_certificate_under_kubeadms_own_mount_is_not_mounted_again() -> None:
    webhook = {**SERVER, "certificateAuthority": "/etc/kubernetes/pki/audit/ca.crt"}
    head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
    (cluster,) = load_spec(dump({**head, "spec": {"kubernetesVersion": "1.37", "webhook": webhook}})).clusters
    assert [mount.name for mount in cluster.setup.mounts] == ["audit-policy", "audit-log", "audit-webhook-config"]


def test_flags_of_batching_and_cutting_are_left_to_kube_apiserver_unless_given() -> None:
    head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
    (cluster,) = load_spec(dump({**head, "spec": {"kubernetesVersion": "1.37", "webhook": SERVER}})).clusters
    assert [f.name for f in cluster.setup.flags if f.name.startswith("audit-webhook")] == ["audit-webhook-config-file"]

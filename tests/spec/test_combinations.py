"""Values that are right alone may be wrong together."""

from __future__ import annotations

import pytest

from auditstrap import InputError, load_spec

HEAD = "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\nspec:\n  kubernetesVersion: v1.36.0\n"


def problems_in(spec: str) -> list[str]:
    try:
        load_spec(HEAD + "".join(f"  {line}\n" for line in spec.splitlines()), file="s.yaml")
    except InputError as error:
        return [str(problem).removeprefix("s.yaml:") for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        (
            "log: {enabled: false}",
            "5:18: spec.log.enabled: without a log and a webhook nothing is recorded; one of them is needed",
        ),
        (
            "log: {batch: {maxSize: 5}}",
            "5:16: spec.log.batch: has no effect in mode blocking; mode: batch is needed beside it",
        ),
        (
            "log: {mode: blocking-strict, batch: {throttle: {enable: false}}}",
            "5:39: spec.log.batch: has no effect in mode blocking-strict; mode: batch is needed beside it",
        ),
        (
            "webhook: {server: 'https://a', mode: blocking, batch: {maxWait: 1s}}",
            "5:57: spec.webhook.batch: has no effect in mode blocking; mode: batch is needed beside it",
        ),
        (
            "log: {mode: batch, batch: {maxSize: 5, bufferSize: 4}}",
            "5:29: spec.log.batch: maxSize 5 is more than the buffer holds (4)",
        ),
        (
            "log: {mode: batch, batch: {maxSize: 10001}}",
            "5:29: spec.log.batch: maxSize 10001 is more than the buffer holds (10000)",
        ),
        (
            "webhook: {server: 'https://a', batch: {bufferSize: 399}}",
            "5:41: spec.webhook.batch: maxSize 400 is more than the buffer holds (399)",
        ),
        (
            "log: {mode: batch, batch: {throttle: {enable: true}}}",
            "5:40: spec.log.batch.throttle: needs qps and burst above 0 where it is enabled",
        ),
        (
            "webhook: {server: 'https://a', batch: {throttle: {burst: 0}}}",
            "5:52: spec.webhook.batch.throttle: needs qps and burst above 0 where it is enabled",
        ),
        (
            "log: {mode: batch, batch: {throttle: {qps: 5, burst: 5}}}",
            "5:40: spec.log.batch.throttle: has no effect without enable: true",
        ),
        (
            "webhook: {server: 'https://a', batch: {throttle: {enable: false, qps: 5}}}",
            "5:52: spec.webhook.batch.throttle: has no effect without enable: true",
        ),
        (
            "log: {truncate: {maxEventSize: 5}}",
            "5:19: spec.log.truncate: has no effect without enabled: true",
        ),
        (
            "log: {truncate: {enabled: true, maxEventSize: 6, maxBatchSize: 5}}",
            "5:19: spec.log.truncate: maxBatchSize is less than maxEventSize; it must hold at least one event",
        ),
        (
            "webhook: {server: 'https://a', truncate: {enabled: true, maxBatchSize: 102399}}",
            "5:44: spec.webhook.truncate: maxBatchSize is less than maxEventSize; it must hold at least one event",
        ),
        (
            "log: {path: '-', maxAge: 3}",
            "5:28: spec.log.maxAge: has no effect on the container's output, which the kubelet rotates",
        ),
        (
            "log: {path: '-', compress: true}",
            "5:30: spec.log.compress: has no effect on the container's output, which the kubelet rotates",
        ),
        (
            "log: {path: '-'}\nnode: {owner: 'root:adm'}",
            "6:17: spec.node.owner: has no effect: path - writes no log on the node",
        ),
        (
            "log: {path: /var/log/a/b.log}\nnode: {logDirectory: /var/log/c}",
            (
                "5:15: spec.log.path: /var/log/a/b.log is not in /var/log/c, which spec.node.logDirectory names and"
                " which is mounted"
            ),
        ),
        (
            "log: {path: /var/log/a}\nnode: {logDirectory: /var/log/a}",
            (
                "5:15: spec.log.path: /var/log/a is not in /var/log/a, which spec.node.logDirectory names and which"
                " is mounted"
            ),
        ),
        (
            "webhook: {server: 'https://a', clientKey: /opt/key.pem}",
            "5:45: spec.webhook.clientKey: stands without clientCertificate; a client shows both or neither",
        ),
        (
            "webhook: {server: 'https://a', clientCertificate: /opt/crt.pem}",
            "5:53: spec.webhook.clientCertificate: stands without clientKey; a client shows both or neither",
        ),
        (
            "node: {policyPath: /etc/audit/verify.sh}",
            "5:9: spec.node: /etc/audit/verify.sh is the place of one file; /etc/audit/verify.sh cannot be there too",
        ),
        (
            "node: {policyPath: /etc/audit/p.yaml, logDirectory: /etc/audit/p.yaml/log}",
            "5:9: spec.node: /etc/audit/p.yaml is the place of one file; /etc/audit/p.yaml/log cannot be there too",
        ),
        (
            "webhook: {server: 'https://a'}\nnode: {policyPath: /etc/audit/p, webhookConfigPath: /etc/audit/p}",
            "6:9: spec.node: /etc/audit/p is the place of one file; /etc/audit/p cannot be there too",
        ),
        (
            "outputs: [{format: kubeadm}, {format: policy}, {format: kubeadm}]",
            "5:50: spec.outputs[2]: kubeadm is rendered already, by an entry before this one",
        ),
    ],
)
def test_what_contradicts_itself_is_told_where_it_stands(spec: str, problem: str) -> None:
    assert problems_in(spec) == [problem]


@pytest.mark.parametrize(
    "spec",
    [
        "log: {enabled: false}\nenabled: false",
        "log: {enabled: false}\nwebhook: {server: 'https://a'}",
        "log: {mode: batch, batch: {maxSize: 10000}}",
        "webhook: {server: 'https://a', batch: {maxSize: 10000}}",
        "log: {mode: batch, batch: {throttle: {enable: false}}}",
        "webhook: {server: 'https://a', batch: {throttle: {burst: 1}}}",
        "webhook: {server: 'https://a', truncate: {enabled: true, maxBatchSize: 102400}}",
        "log: {path: '-', format: legacy, mode: batch}",
        "log: {path: /var/log/a/b/c.log}\nnode: {logDirectory: /var/log/a}",
        "node: {policyPath: /var/log/kubernetes/audit/p.yaml}",
        "outputs: []",
    ],
)
def test_what_goes_together_is_accepted(spec: str) -> None:
    assert problems_in(spec) == []


@pytest.mark.parametrize(
    "spec",
    [
        # Each of these would be rendered, and break what it is for.
        "node: {policyPath: /etc/tmpfiles.d/audit/policy.yaml}",
        "node: {policyPath: /etc/tmpfiles.d/kubernetes-audit.conf}",
        "outputs: [{format: cloud-init, kubeadmConfigPath: /etc/kubernetes/audit-policy/apiserver-audit-policy.yaml}]",
        "outputs: [{format: cloud-init, kubeadmConfigPath: /etc/kubernetes/audit-policy/verify.sh}]",
        "webhook: {server: https://a, certificateAuthority: /etc/kubernetes/audit-policy/apiserver-audit-policy.yaml}",
        "webhook: {server: 'https://a', certificateAuthority: /var/log/kubernetes/audit}",
        "log: {mode: batch, batch: {throttle: {enable: true, qps: 1e39, burst: 1}}}",
        "log: {mode: batch, batch: {maxWait: 9999999999h}}",
    ],
)
def test_what_the_carrier_or_the_api_server_could_not_take_is_refused(spec: str) -> None:
    assert len(problems_in(spec)) == 1


def test_several_contradictions_are_told_at_once() -> None:
    spec = "log: {batch: {maxSize: 5}, truncate: {maxEventSize: 1}}\nwebhook: {server: 'https://a', clientKey: /opt/k}"
    assert len(problems_in(spec)) == 3

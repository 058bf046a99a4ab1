from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from tests.conformance.harness import control_plane
from tests.conformance.harness.bootstrap import first_boot, kubeadm_calls, own_part
from tests.conformance.harness.events import logged
from tests.conformance.harness.kubeadm import CONFIG
from tests.conformance.harness.node import NewNode
from tests.conformance.harness.specs import (
    CLOUD_CONFIG,
    JOIN_CLOUD_CONFIG,
    KUBEADM,
    LOG,
    POLICY,
    POLICY_PATH,
    rendered,
)
from tests.conformance.harness.static_pod import KubeletError

RELEASE = "1.37.2"
ADM = 4
"""The group adm on Debian."""
LOG_DIRECTORY = "/var/log/kubernetes/audit"
INIT = f"init --config {CONFIG}"


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("encoding", ["gzip+base64", "text"])
def test_the_files_arrive_byte_for_byte_with_their_modes_before_kubeadm_runs(new_node: NewNode, encoding: str) -> None:
    node = new_node(RELEASE)
    outputs = [{"format": "policy"}, {"format": "kubeadm"}, {"format": "cloud-init", "encoding": encoding}]
    artifacts = rendered(RELEASE, outputs=outputs)
    booted = first_boot(node, own_part(artifacts[KUBEADM]), artifacts[CLOUD_CONFIG], initialise=False)
    assert booted.status == 0, booted.output
    assert kubeadm_calls(node) == [INIT]
    assert node.path(POLICY_PATH).read_bytes() == artifacts[POLICY]
    assert _mode(node.path(POLICY_PATH)) == 0o600
    assert _mode(node.path(LOG_DIRECTORY)) == 0o700


def test_attached_last_it_keeps_the_lists_of_the_other_part(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    own = own_part(artifacts[KUBEADM], files={"/etc/motd.own": "ours too\n"})
    booted = first_boot(node, own, artifacts[CLOUD_CONFIG], initialise=False)
    assert booted.status == 0, booted.output
    assert node.path("/etc/motd.own").read_text() == "ours too\n"
    assert node.path(CONFIG).read_bytes() == artifacts[KUBEADM]
    assert node.path(POLICY_PATH).read_bytes() == artifacts[POLICY]
    assert kubeadm_calls(node) == [INIT]


def test_attached_first_it_is_lost_and_then_no_api_server_starts_without_auditing(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    first_boot(node, artifacts[CLOUD_CONFIG], own_part(artifacts[KUBEADM]))
    assert not node.path(POLICY_PATH).exists()
    assert kubeadm_calls(node) == [INIT]
    with pytest.raises(KubeletError, match=r"apiserver-audit-policy\.yaml is not a file"):
        control_plane.launch(node)


def test_a_policy_that_another_entry_overwrites_stops_kubeadm(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    own = own_part(artifacts[KUBEADM], files={POLICY_PATH: "apiVersion: audit.k8s.io/v1\n"})
    booted = first_boot(node, own, artifacts[CLOUD_CONFIG], initialise=False)
    assert node.path(POLICY_PATH).read_text() == "apiVersion: audit.k8s.io/v1\n"
    assert kubeadm_calls(node) == []
    assert f"{POLICY_PATH}: FAILED" in booted.output
    assert "kubeadm is not run" in booted.output


def test_a_bad_entry_in_front_that_ends_write_files_stops_kubeadm(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    together = yaml.safe_load(artifacts[CLOUD_CONFIG])
    together["write_files"].insert(0, {"path": "/etc/own", "encoding": "b64", "content": "not base64!"})
    together["runcmd"].append(["kubeadm", "init", "--config", CONFIG])
    booted = first_boot(node, "#cloud-config\n" + yaml.safe_dump(together), initialise=False)
    assert not node.path(POLICY_PATH).exists()
    assert kubeadm_calls(node) == []
    assert "kubeadm is not run" in booted.output


def test_a_missing_certificate_of_the_webhook_stops_kubeadm(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    webhook = {"server": "https://audit.example.com/events", "certificateAuthority": "/etc/audit/ca.crt"}
    artifacts = rendered(RELEASE, webhook=webhook)
    booted = first_boot(node, own_part(artifacts[KUBEADM]), artifacts[CLOUD_CONFIG], initialise=False)
    assert kubeadm_calls(node) == []
    assert "/etc/audit/ca.crt is missing or empty, so kubeadm is not run" in booted.output


def test_with_its_certificate_there_the_webhook_lets_kubeadm_run(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    webhook = {"server": "https://audit.example.com/events", "certificateAuthority": "/etc/audit/ca.crt"}
    artifacts = rendered(RELEASE, webhook=webhook)
    own = own_part(artifacts[KUBEADM], files={"/etc/audit/ca.crt": "a certificate\n"})
    first_boot(node, own, artifacts[CLOUD_CONFIG], initialise=False)
    assert kubeadm_calls(node) == [INIT]


def test_a_node_that_joins_gets_the_files_before_it_joins(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE)
    booted = first_boot(node, own_part(command="join"), artifacts[CLOUD_CONFIG], initialise=False)
    assert booted.status == 0, booted.output
    assert kubeadm_calls(node) == [f"join --config {CONFIG}"]
    assert node.path(POLICY_PATH).read_bytes() == artifacts[POLICY]
    assert _mode(node.path(LOG_DIRECTORY)) == 0o700


EMBEDDED = [{"format": "policy"}, {"format": "kubeadm"}, {"format": "cloud-init", "kubeadmConfigPath": CONFIG}]


def test_the_kubeadm_file_travels_to_the_first_node_where_that_is_asked(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE, outputs=EMBEDDED)
    booted = first_boot(node, own_part(), artifacts[CLOUD_CONFIG])
    assert booted.status == 0, booted.output
    assert node.path(CONFIG).read_bytes() == artifacts[KUBEADM]
    assert kubeadm_calls(node) == [INIT]
    assert control_plane.boot(node).ready()


def test_a_node_that_joins_does_not_get_the_kubeadm_file_of_the_first(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE, outputs=EMBEDDED)
    first_boot(node, own_part(command="join"), artifacts[JOIN_CLOUD_CONFIG], initialise=False)
    assert not node.path(CONFIG).exists()
    assert kubeadm_calls(node) == [f"join --config {CONFIG}"]
    assert node.path(POLICY_PATH).read_bytes() == artifacts[POLICY]


def test_the_proof_after_boot_is_started_in_the_background(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    outputs = [{"format": "cloud-init", "verifyAfterBoot": True}]
    node.write("/usr/local/bin/systemd-run", '#!/bin/sh\necho "$*" > /var/log/systemd-run.call\n', 0o755)
    booted = first_boot(node, own_part(), rendered(RELEASE, outputs=outputs)[CLOUD_CONFIG], initialise=False)
    assert booted.status == 0, booted.output
    call = node.path("/var/log/systemd-run.call").read_text()
    assert "--no-block" in call
    assert "/verify.sh" in call
    assert kubeadm_calls(node) == [INIT]


def test_a_log_for_shippers_keeps_its_owner_and_mode_while_it_is_written(new_node: NewNode) -> None:
    node = new_node(RELEASE)
    artifacts = rendered(RELEASE, node={"logMode": "0750", "owner": "root:adm"})
    booted = first_boot(node, own_part(artifacts[KUBEADM]), artifacts[CLOUD_CONFIG])
    assert booted.status == 0, booted.output
    control_plane.boot(node)
    log = node.path(LOG)
    assert logged(log)
    assert (_mode(log), _mode(log.parent)) == (0o640, 0o750)
    assert (log.stat().st_gid, log.parent.stat().st_gid) == (ADM, ADM)

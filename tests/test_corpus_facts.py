"""Mistakes that real policies are known to hold come out by name; files that are right stay silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.corpus import corpus_files

from auditstrap.checking import check
from auditstrap.findings import Severity
from auditstrap.policy import analyse, load

KNOWN = {
    "CAGE-team__CAGE__audit_policy.yaml": {"policy-impossible-verb", "policy-secret-body"},
    "yukselao__fluent-bit__audit_policy.yaml": {
        "policy-impossible-verb", "policy-unknown-field", "policy-unknown-resource",
    },
    "anuddeeph1__nov-audit-policy__audit_policy.yaml": {"policy-literal-wildcard"},
    "falcosecurity__plugins__plugins_k8saudit_configs_audit_policy.yaml": {"policy-wrong-group"},
    "teutonet__teutonet-helm-charts__pr_2094_group_v1.yaml": {"policy-wrong-group"},
    "kubernetes__kubernetes__issue_107759_wrong_group_nonexistent.yaml": {
        "policy-wrong-group", "policy-unknown-resource",
    },
    "kubernetes__kubernetes__issue_110116_verbs_in_resources.yaml": {"policy-unknown-field"},
    "CCDC-RIT__Logging-Scripts__kubernetes_audit_policy.yaml": {"policy-unknown-field"},
    "mr-podinit__tetragon-1.5__kind_audit_policy_full.yaml": {"policy-unknown-resource", "policy-token-body"},
    "k8sautom8__Kubernetes-CIS-v1.24__files_audit_policy.yaml.basic.yaml": {
        "policy-misplaced-principal", "policy-secret-body", "policy-exec-unrecorded",
    },
    "mysticaltech__terraform-hcloud-kube-hetzner__kube.tf.example-L1242.yaml": {"policy-dead-rule"},
    "STRRL__kubernetes-auditing-dashboard__script_kube_apiserver_config_audit_policy.yaml": {
        "policy-dead-rule", "policy-token-body",
    },
    "Azure__aks-engine__parts_k8s_addons_audit_policy.yaml": {"policy-secret-body"},
    "ansible-lockdown__KUBERNETES-STIG__templates_audit_policy.yaml.rendered.yaml": {
        "policy-secret-body", "policy-configmap-body", "policy-token-body",
    },
    "giantswarm__cluster-aws__helm_cluster_aws_files_etc_kubernetes_policies_audit_policy.yaml": {"policy-token-body"},
    "kubernetes-sigs__kubespray__roles_kubernetes_control_plane_templates_apiserver_audit_policy.yaml"
    "-L1@b2139c92.rendered.yaml": {"policy-token-body"},
    "killer-sh__cks-course-environment__course_content_runtime_security_auditing_policy_RequestReponse_of_secrets"
    ".yaml": {"policy-secret-body", "policy-exec-unrecorded"},
}  # fmt: skip

RIGHT = {
    "policies": (
        "*kubespray__roles_kubernetes_control_plane_templates_apiserver_audit_policy.yaml-L1.rendered.yaml",
        "openshift__microshift__deps_github.com_openshift_kubernetes_cluster_gce_gci_configure_helper-L1162.yaml",
        "rancher__rke__default.yaml",
        "vexxhost__magnum-cluster-api__data_audit_policy.yaml",
        "janfuhrer__k8s-audit-poc__audit_policy.yaml",
        "hkerma__kubernetes-event-dataset__audit_policy.yaml",
        "davidalexander83__rke2-install__files_audit_policy.yaml",
    ),
    "kind": (
        "kubernetes-sigs__kind__site_content_docs_user_auditing-L47.yaml",
        "janfuhrer__k8s-audit-poc__kind.yaml",
        "pjbgf__kind-audit__kind_kind_config.yaml",
    ),
    "kubeadm": ("janfuhrer__k8s-audit-poc__kind-n.yaml",),
    "cloudinit": (
        "etiennedub__terraform-binderhub__cloud_init_kubeadm_master.yaml",
        "turb0snail__automated-k8s-proxmox__cloud_init_control_plane.yaml",
    ),
}


@pytest.mark.parametrize("path", [file for name in KNOWN for file in corpus_files("policies", name)])
def test_a_known_mistake_comes_out_by_its_name(path: Path) -> None:
    found = {finding.rule for finding in check([(path.name, path.read_text())]).findings}
    assert found >= KNOWN[path.name]


@pytest.mark.parametrize(
    "path", [file for folder, names in RIGHT.items() for name in names for file in corpus_files(folder, name)]
)
def test_a_file_that_is_right_stays_silent(path: Path) -> None:
    findings = check([(path.name, path.read_text())]).findings
    assert [finding for finding in findings if finding.severity.at_least(Severity.LOSS)] == []


@pytest.mark.parametrize("path", corpus_files("policies", "k8sautom8__Kubernetes-CIS-v1.24__files_audit_policy.yaml"))
def test_a_catch_all_at_the_front_is_named_as_what_covers_all_rules_behind_it(path: Path) -> None:
    dead = analyse(load(path.read_bytes(), "1.36"), "1.36").dead
    assert {found.rule: (found.covered_by, found.proof) for found in dead} == dict.fromkeys(
        range(2, 14), ((1,), "always")
    )

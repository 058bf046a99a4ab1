"""A spec says little and comes out whole; what is wrong in it is told all at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.strategies import MINORS, Case, cases, fleet_text, fleets

from auditstrap import InputError, load_spec
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR, KubernetesVersion
from auditstrap.setup import AuditSetup, Flag, Mount, NodeDirectory
from auditstrap.source import Position

HEAD = "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\n"
SMALLEST = HEAD + 'spec:\n  kubernetesVersion: "1.37"\n'


def problems_of(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_spec(text, file="s.yaml")
    return [str(problem) for problem in caught.value.problems]


def problems_in(spec: str) -> list[str]:
    """The problems of a document whose ``spec`` begins at line 4, two columns in."""
    return problems_of(HEAD + "spec:\n" + "".join(f"  {line}\n" for line in spec.splitlines()))


def setup_of(text: str) -> AuditSetup:
    (cluster,) = load_spec(text).clusters
    return cluster.setup


def test_the_version_alone_is_a_whole_spec() -> None:
    setup = setup_of(SMALLEST)
    policy = "/etc/kubernetes/audit-policy/apiserver-audit-policy.yaml"
    log = "/var/log/kubernetes/audit"
    assert setup.kubernetes == KubernetesVersion(37)
    assert setup.flags == (
        Flag("audit-policy-file", policy),
        Flag("audit-log-path", f"{log}/audit.log"),
        Flag("audit-log-maxage", "30"),
        Flag("audit-log-maxbackup", "10"),
        Flag("audit-log-maxsize", "100"),
    )
    assert setup.mounts == (
        Mount("audit-policy", policy, policy, read_only=True, path_type="File"),
        Mount("audit-log", log, log, read_only=False, path_type="DirectoryOrCreate"),
    )
    assert [(file.path, file.mode, file.owner) for file in setup.files] == [
        (policy, 0o600, "root:root"),
        ("/etc/kubernetes/audit-policy/verify.sh", 0o700, "root:root"),
    ]
    assert setup.directories == (NodeDirectory(log, 0o700, "root:root"),)


def test_three_formats_are_rendered_where_none_is_named() -> None:
    (cluster,) = load_spec(SMALLEST).clusters
    assert [output.format for output in cluster.outputs] == ["policy", "kubeadm", "cloud-init"]
    assert (cluster.name, cluster.notes) == (None, ())


@pytest.mark.parametrize("minor", MINORS)
def test_every_known_minor_loads(minor: int) -> None:
    assert setup_of(SMALLEST.replace("1.37", f"1.{minor}")).kubernetes == KubernetesVersion(minor)


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ('"1.36"', (36, None)),
        ("v1.36", (36, None)),
        ("v1.36.2", (36, 2)),
        ("1.36.0", (36, 0)),
        ("'v1.25.16'", (25, 16)),
    ],
)
def test_a_version_is_a_minor_or_a_release(written: str, version: tuple[int, int | None]) -> None:
    assert setup_of(SMALLEST.replace('"1.37"', written)).kubernetes == KubernetesVersion(*version)


@pytest.mark.parametrize("minor", [0, OLDEST_MINOR - 1, NEWEST_MINOR + 1, 9999])
def test_a_minor_that_is_not_known_is_refused_by_name(minor: int) -> None:
    assert problems_in(f'kubernetesVersion: "1.{minor}"') == [
        (
            f"s.yaml:4:22: spec.kubernetesVersion: Kubernetes 1.{minor} is not supported;"
            f" 1.{OLDEST_MINOR} to 1.{NEWEST_MINOR} are"
        )
    ]


@pytest.mark.parametrize("written", ["1.37.x", "latest", "2.0", "v1", "1.37-alpha", "1.037", '"1.37 "', "\u0661.37"])
def test_what_is_no_version_is_refused(written: str) -> None:
    (problem,) = problems_in(f"kubernetesVersion: {written}")
    assert "is not a Kubernetes version" in problem or "in quotes" in problem


def test_a_version_without_quotes_is_told_how_to_write_it() -> None:
    assert problems_in("kubernetesVersion: 1.30") == [
        's.yaml:4:22: spec.kubernetesVersion: the number 1.30 stands here; a string is allowed: write "1.30", in quotes'
    ]


@given(cases())
def test_every_generated_spec_loads_as_yaml_and_as_json(case: Case) -> None:
    spec = load_spec(case.text, read_file=case.read_file)
    assert spec == load_spec(case.json, read_file=case.read_file)
    assert len(spec.clusters) == 1
    assert spec.clusters[0].setup.flags


@given(cases())
def test_every_mount_of_a_file_is_a_file_of_ours_or_a_certificate(case: Case) -> None:
    setup = setup_with_files(case)
    ours = {file.path for file in setup.files}
    webhook = case.data["spec"].get("webhook", {})
    allowed = ours | {webhook.get(name) for name in ("certificateAuthority", "clientCertificate", "clientKey")}
    assert all(mount.host_path in allowed for mount in setup.mounts if mount.path_type == "File")
    assert len({mount.name for mount in setup.mounts}) == len(setup.mounts)
    assert len({mount.mount_path for mount in setup.mounts}) == len(setup.mounts)


@given(cases())
def test_the_log_lies_in_the_directory_that_is_made_and_mounted(case: Case) -> None:
    setup = setup_with_files(case)
    path = next((flag.value for flag in setup.flags if flag.name == "audit-log-path"), "-")
    folders = [directory.path for directory in setup.directories]
    mounted = [mount.host_path for mount in setup.mounts if not mount.read_only]
    assert folders == mounted
    assert [path.startswith(f"{folder}/") for folder in folders] == ([] if path == "-" else [True])


@given(cases())
def test_what_is_switched_off_has_nothing_but_its_version(case: Case) -> None:
    off = Case({**case.data, "spec": {**case.data["spec"], "enabled": False}}, case.files)
    (cluster,) = load_spec(off.text, read_file=off.read_file).clusters
    assert cluster.setup == AuditSetup(setup_with_files(case).kubernetes)
    assert cluster.notes[0] == "Auditing is off: clusters that are made from this file record nothing."


def setup_with_files(case: Case) -> AuditSetup:
    return load_spec(case.text, read_file=case.read_file).clusters[0].setup


def test_what_stays_on_the_nodes_is_named_when_auditing_is_switched_off() -> None:
    spec = "  enabled: false\n  webhook: {server: https://a.example}\n  node: {policyPath: /etc/audit/p.yaml}\n"
    (cluster,) = load_spec(SMALLEST + spec).clusters
    assert {note.strip() for note in cluster.notes if note.startswith("  ")} == {
        "/etc/audit/p.yaml",
        "/etc/audit/apiserver-audit-webhook.kubeconfig",
        "/etc/audit/verify.sh",
        "/var/log/kubernetes/audit",
    }


@given(fleets())
def test_a_fleet_is_its_clusters_one_by_one(fleet: Case) -> None:
    spec = load_spec(fleet_text(fleet), read_file=fleet.read_file)
    alone = [Case(document, fleet.files) for document in fleet.data["documents"]]
    assert spec.clusters == tuple(load_spec(one.text, read_file=one.read_file).clusters[0] for one in alone)


def test_each_of_several_clusters_needs_a_name() -> None:
    named = SMALLEST.replace("spec:", "metadata: {name: a}\nspec:")
    assert problems_of(f"{SMALLEST}---\n{named}---\n{SMALLEST}") == [
        "s.yaml:1:1: metadata.name is missing; each of several clusters needs one",
        "s.yaml:11:1: metadata.name is missing; each of several clusters needs one",
    ]


def test_two_clusters_of_one_name_are_refused_with_both_places() -> None:
    named = SMALLEST.replace("spec:", "metadata: {name: a}\nspec:")
    assert problems_of(f"{named}---\n{named}") == [
        's.yaml:6:1: metadata.name: "a" is also the cluster at line 1; each needs its own'
    ]


def test_empty_documents_in_a_fleet_do_not_count() -> None:
    assert len(load_spec(f"---\n# nothing\n---\n{SMALLEST}---\n").clusters) == 1


@pytest.mark.parametrize("text", ["", "\n", "# a comment\n", "---\n---\n"])
def test_a_file_without_a_spec_says_so(text: str) -> None:
    assert problems_of(text) == ["s.yaml: there is no AuditBootstrap in it"]


@pytest.mark.parametrize("text", ["~", "[]", "text", "- a: 1"])
def test_a_document_of_another_shape_says_so(text: str) -> None:
    (problem,) = problems_of(text)
    assert problem.startswith("s.yaml:1:1: ")
    assert problem.endswith("a mapping is allowed")


def test_what_is_not_yaml_is_told_besides_the_mistakes_before_it() -> None:
    assert problems_of(f"{HEAD}spec: {{}}\n---\n'open") == [
        (
            's.yaml:3:7: spec: the field "kubernetesVersion" is missing: the Kubernetes version of the cluster,'
            " as a minor or a release"
        ),
        "s.yaml:5:6: this is not YAML: while scanning a quoted scalar, found unexpected end of stream",
    ]


def test_every_mistake_of_every_document_is_told_at_once() -> None:
    text = (
        "apiVersion: auditstrap.dev/v1\n"
        "kind: AuditBootstrp\n"
        "metadata: {name: Not_A_Name, nmae: x}\n"
        "spec:\n"
        "  kubernetesVersion: 1.30\n"
        "  logs: {}\n"
        "  log: {maxAge: 30d, format: jsn, batch: {maxWait: 5 minutes, bufferSize: 0}}\n"
        "  webhook: {server: http://a.example, initialBackof: 1s}\n"
        "  policy: {preset: basline@1}\n"
        '  node: {logMode: "0777", owner: root, policyPath: policy.yaml}\n'
        "  outputs: [{format: kubeadmin}, {}, {format: cloud-init, encoding: gzip}]\n"
        "---\n"
        "spec: []\n"
    )
    places = [problem.split(": ")[0].removeprefix("s.yaml:") for problem in problems_of(text)]
    assert places == [
        *("1:13", "2:7", "3:18", "3:30", "5:22", "6:3", "7:17", "7:30", "7:52", "7:75", "8:21", "8:39", "9:20"),
        *("10:19", "10:34", "10:52", "11:22", "11:34", "11:69", "13:1", "13:1", "13:7"),
    ]


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("kubernetesversion: v1.37", 'spec: unknown field "kubernetesversion"; did you mean "kubernetesVersion"?'),
        ("log: {max-age: 1}", 'spec.log: unknown field "max-age"; did you mean "maxAge"?'),
        (
            "log: {mode: blocking-strct}",
            'unknown value "blocking-strct"; did you mean "blocking-strict"?',
        ),
        ("policy: {preset: basline@1}", 'spec.policy.preset: unknown preset "basline@1"; did you mean "baseline@1"?'),
        ("outputs: [{format: kubadm}]", 'spec.outputs[0].format: unknown format "kubadm"; did you mean "kubeadm"?'),
        ("<<: {}", 'spec: unknown field "<<";'),
    ],
)
def test_the_near_name_is_given(spec: str, problem: str) -> None:
    assert any(problem in found for found in problems_in(spec))


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("log: {path: audit.log}", "is relative"),
        ("log: {path: /var/log/a b/c}", "the character ' '"),
        ("log: {maxAge: -1}", "a whole number from 0 to 2147483647 is allowed"),
        ("log: {maxAge: '30'}", 'the string "30" stands here'),
        ("log: {compress: 'true'}", "true or false is allowed"),
        ("log: {maxSize: 2147483648}", "a whole number from 0 to 2147483647 is allowed"),
        ("log: {batch: {maxWait: 5}}", 'write "5", in quotes'),
        ("log: {batch: {maxWait: 1d}}", '"1d" is not a duration'),
        ("log: {batch: {maxWait: -5s}}", '"-5s" is not a duration'),
        ("log: {batch: {throttle: {qps: .inf}}}", "a number from 0 to 1000000000 is allowed"),
        ("webhook: {}", 'the field "server" is missing'),
        ("webhook: {server: http://a.example}", "would send audit events unencrypted"),
        ("webhook: {server: audit.example.com}", "is not the URL of a server"),
        ("webhook: {server: 'https://'}", "is not the URL of a server"),
        ("webhook: {server: 'https://a:99999'}", "is not a URL"),
        ("webhook: {server: 'https://u:p@a.example'}", "has a user name or a fragment"),
        ("webhook: {server: 'https://a.example/#x'}", "has a user name or a fragment"),
        ("webhook: {server: 'https://a.example/ b'}", "has a character that no URL has"),
        ("node: {logMode: '0770'}", "lets others change the audit log"),
        ("node: {logMode: '0600'}", "keeps the owner out"),
        ("node: {logMode: 0700}", 'write "0700", in quotes'),
        ("node: {logMode: rwx}", "is not a mode"),
        ("node: {owner: '0:0'}", "is not an owner"),
        ("node: {policyPath: /etc/kubernetes/manifests/p.yaml}", "static Pod"),
        ("node: {hashPolicyName: 1}", "true or false is allowed"),
        ("policy: {inline: 1}", "a Policy, as a mapping or as text, is allowed"),
        ("policy: {before: {}}", "a list of rules is allowed"),
        ("policy: {file: p.yaml}", "this input was given without a folder"),
        ("outputs: {}", "a list is allowed"),
        ("outputs: [kubeadm]", 'the field "format" is missing'),
        ("outputs: [{format: policy, encoding: text}]", 'unknown field "encoding"'),
        ("outputs: [{format: cloud-init, kubeadmConfigPath: /kubeadm.yaml}]", "at the root of the host"),
        ("enabled: maybe", "true or false is allowed"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_on_its_line(spec: str, problem: str) -> None:
    found = problems_in(f"{spec}\nkubernetesVersion: v1.37.0")
    assert [problem in sentence and sentence.startswith("s.yaml:4:") for sentence in found] == [True]


def test_a_name_of_a_cluster_that_would_leave_its_folder_is_refused() -> None:
    for name in ("..", "a/b", "A", "a_b", "-a", "a.", "x" * 254):
        (problem,) = problems_of(SMALLEST + f'metadata: {{name: "{name}"}}\n')
        assert "is not a name" in problem


def test_only_one_source_of_the_policy_may_be_named() -> None:
    found = problems_in("kubernetesVersion: v1.37.0\npolicy: {preset: baseline@1, inline: {}}")
    assert "preset and inline stand here together; only one of preset, file, inline is allowed" in "\n".join(found)


def test_a_field_given_twice_is_refused_at_the_second() -> None:
    (problem,) = problems_in('kubernetesVersion: "1.36"\nlog: {}\nkubernetesVersion: "1.37"')
    assert problem == "s.yaml:6:3: spec.kubernetesVersion: stands here a second time"


def test_problems_carry_their_spans() -> None:
    with pytest.raises(InputError) as caught:
        load_spec(HEAD + "spec: {kubernetesVersion: '9'}\n")
    (problem,) = caught.value.problems
    assert problem.span is not None
    assert (problem.span.start, problem.span.end) == (Position(3, 27), Position(3, 30))

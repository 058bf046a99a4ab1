"""cloud-config.yaml brings the files, and its guard stops kubeadm where they are not the ones that were rendered."""

from __future__ import annotations

import base64
import gzip
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from tests.strategies import Case, cases

from auditstrap import Artifact, AuditSetup, load_spec, render
from auditstrap.formats import cloud_init
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.setup import Mount, NodeDirectory, NodeFile
from auditstrap.source import Mapping, documents
from auditstrap.source import Node as YamlNode
from auditstrap.source import Sequence as YamlSequence
from auditstrap.yaml_text import HEADING, dump

HEAD: dict[str, Any] = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
OPTIONS = [
    cloud_init.Options(),
    cloud_init.Options(encoding="text"),
    cloud_init.Options(verify_after_boot=True),
]


def setup_of(case: Case) -> AuditSetup:
    (cluster,) = load_spec(case.text, read_file=case.read_file).clusters
    return cluster.setup


def text_of(setup: AuditSetup, options: cloud_init.Options = OPTIONS[0]) -> str:
    (artifact,) = cloud_init.render(setup, options)
    return artifact.content.decode()


def config_of(setup: AuditSetup, options: cloud_init.Options = OPTIONS[0]) -> Any:
    return yaml.safe_load(text_of(setup, options))


def decoded(entry: dict[str, str]) -> bytes:
    """As cloud-init's write_files does it."""
    if "encoding" not in entry:
        return entry["content"].encode()
    assert entry["encoding"] == "gz+b64"
    return gzip.decompress(base64.b64decode(entry["content"], validate=True))


def artifacts(**outputs: Any) -> dict[str, Artifact]:
    fields = {"kubernetesVersion": "1.37", "outputs": [{"format": "cloud-init", **outputs}]}
    made = render(load_spec(dump({**HEAD, "spec": fields})))
    return {artifact.path: artifact for artifact in made}


@given(cases())
def test_the_first_line_is_what_cloud_init_looks_for(case: Case) -> None:
    setup = setup_of(case)
    for options in OPTIONS:
        lines = text_of(setup, options).split("\n")
        assert lines[0] == "#cloud-config"
        assert lines[1] == f"# {HEADING}"


@given(cases())
def test_every_file_arrives_with_its_bytes_mode_and_owner(case: Case) -> None:
    setup = setup_of(case)
    for options in OPTIONS:
        entries = config_of(setup, options)["write_files"]
        seen = [
            (e["path"], decoded(e), e["permissions"], e["owner"]) for e in entries if e["path"] != cloud_init.TMPFILES
        ]
        files = [file for file in setup.files if file.content is not None]
        assert seen == [(file.path, file.content, f"{file.mode:04o}", file.owner) for file in files]


@given(cases())
def test_permissions_are_strings_to_every_reader_of_yaml(case: Case) -> None:
    for options in OPTIONS:
        for line in text_of(setup_of(case), options).splitlines():
            if line.strip().startswith("permissions:"):
                assert line.split(": ")[1][0] in "'\""


@given(cases())
def test_no_key_stands_twice(case: Case) -> None:
    for options in OPTIONS:
        (document,) = documents(text_of(setup_of(case), options))
        assert document.root is not None
        assert repeated_keys(document.root) == []


def repeated_keys(node: YamlNode) -> list[str]:
    if isinstance(node, YamlSequence):
        return [key for item in node.items for key in repeated_keys(item)]
    if isinstance(node, Mapping):
        keys = [getattr(key, "text", "") for key, _ in node.entries]
        inner = [key for _, value in node.entries for key in repeated_keys(value)]
        return [key for key in keys if keys.count(key) > 1] + inner
    return []


@given(cases())
def test_the_bytes_are_the_same_each_time(case: Case) -> None:
    for options in OPTIONS:
        assert text_of(setup_of(case), options) == text_of(setup_of(case), options)


def test_only_known_modules_of_cloud_init_are_used() -> None:
    setup = setup_of(Case({**HEAD, "spec": {"kubernetesVersion": "1.37"}}))
    assert set(config_of(setup)) == {"merge_how", "write_files", "runcmd"}


def test_without_auditing_there_is_nothing_to_do() -> None:
    text = text_of(AuditSetup(KubernetesVersion(37)))
    assert text.startswith("#cloud-config\n")
    assert yaml.safe_load(text) == {}


def test_directories_and_an_empty_log_are_made_at_every_boot() -> None:
    setup = AuditSetup(
        KubernetesVersion(37),
        files=(NodeFile("/var/log/a/audit.log", None, 0o640, "root:adm"),),
        directories=(NodeDirectory("/var/log/a", 0o750, "root:adm"),),
    )
    config = config_of(setup)
    (entry,) = config["write_files"]
    assert entry == {
        "path": "/etc/tmpfiles.d/kubernetes-audit.conf",
        "owner": "root:root",
        "permissions": "0644",
        "content": "d /var/log/a 0750 root adm -\nf /var/log/a/audit.log 0640 root adm -\n",
    }
    assert config["runcmd"][0] == ["systemd-tmpfiles", "--create", "/etc/tmpfiles.d/kubernetes-audit.conf"]


def test_the_proof_is_run_after_boot_on_request_only() -> None:
    setup = setup_of(Case({**HEAD, "spec": {"kubernetesVersion": "1.37"}}))
    asked = [command for command in config_of(setup, OPTIONS[2])["runcmd"] if "systemd-run" in command]
    assert len(asked) == 1
    assert "/etc/kubernetes/audit-policy/verify.sh" in asked[0]
    assert "--no-block" in asked[0]
    assert "systemd-run" not in text_of(setup)


def test_the_kubeadm_file_travels_to_the_first_node_and_not_to_those_that_join() -> None:
    made = artifacts(kubeadmConfigPath="/etc/kubernetes/kubeadm.yaml")
    assert sorted(made) == ["cloud-config-join.yaml", "cloud-config.yaml"]
    first, join = (
        cloud_init.read(made[name].content.decode()) for name in ("cloud-config.yaml", "cloud-config-join.yaml")
    )
    assert first.files is not None
    assert join.files is not None
    extra = [file.value for file in first.files if file.value not in [other.value for other in join.files]]
    assert [(file.path, file.mode, file.owner) for file in extra] == [
        ("/etc/kubernetes/kubeadm.yaml", 0o600, "root:root")
    ]
    assert b"kind: ClusterConfiguration" in (extra[0].content or b"")
    assert set(artifacts()) == {"cloud-config.yaml"}


@pytest.mark.parametrize(
    ("entry", "content"),
    [
        ({"content": "a"}, b"a"),
        ({"content": "YQ==", "encoding": "b64"}, b"a"),
        ({"content": "YQ==", "encoding": "base64"}, b"a"),
        ({"content": base64.b64encode(gzip.compress(b"a")).decode(), "encoding": "gz+base64"}, b"a"),
        ({"content": base64.b64encode(gzip.compress(b"a")).decode(), "encoding": "GZIP+B64 "}, b"a"),
        ({}, b""),
    ],
)
def test_every_encoding_of_cloud_init_is_read(entry: dict[str, str], content: bytes) -> None:
    text = "#cloud-config\n" + dump({"write_files": [{"path": "/a/b", **entry}]})
    assert cloud_init.read(text).known()["files"] == (NodeFile("/a/b", content, 0o644, "root:root"),)


@pytest.mark.parametrize(
    "entry",
    [
        "text",
        {"content": "a"},
        {"path": "/a", "content": "YQ==", "encoding": "gz+b64"},
        {"path": "/a", "content": "YQ", "encoding": "b64"},
        {"path": "/a", "permissions": "rwx"},
        {"path": 1},
    ],
)
def test_entries_that_cloud_init_would_not_write_are_passed_over(entry: object) -> None:
    assert cloud_init.read(dump({"write_files": [entry]})).known()["files"] == ()


# The guard, run by a real shell on real files.


def moved(setup: AuditSetup, root: Path) -> AuditSetup:
    """The setup with its files under another folder, and there."""
    files = tuple(replace(file, path=f"{root}{file.path}") for file in setup.files)
    for file in files:
        Path(file.path).parent.mkdir(parents=True, exist_ok=True)
        Path(file.path).write_bytes(file.content or b"")
    ours = {file.path for file in setup.files}
    mounts = tuple(replace(m, host_path=f"{root}{m.host_path}") if m.host_path in ours else m for m in setup.mounts)
    return replace(setup, files=files, mounts=mounts)


def guard_of(setup: AuditSetup) -> str:
    (guard,) = (command for command in config_of(setup)["runcmd"] if isinstance(command, str))
    return guard


def run(script: str, shell: str = "sh", **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([shell, "-c", script], capture_output=True, text=True, check=False, timeout=30, **settings)


@pytest.fixture
def on_disk(tmp_path: Path) -> AuditSetup:
    webhook = {"server": "https://a.example", "certificateAuthority": f"{tmp_path}/ca.pem"}
    spec = {"kubernetesVersion": "1.37", "webhook": webhook, "node": {"logMode": "0750"}}
    (tmp_path / "ca.pem").write_text("certificate")
    return moved(setup_of(Case({**HEAD, "spec": spec})), tmp_path)


def test_the_guard_is_silent_where_everything_is_right(on_disk: AuditSetup) -> None:
    result = run(guard_of(on_disk) + "\necho went on")
    assert (result.returncode, result.stdout, result.stderr) == (0, "went on\n", "")


def one_byte_differs(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [one_byte_differs, truncated, emptied, Path.unlink])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_guard_stops_where_a_file_is_not_the_one_that_was_rendered(
    on_disk: AuditSetup, harm: Callable[[Path], None], index: int
) -> None:
    path = [file.path for file in on_disk.files if file.content is not None][index]
    harm(Path(path))
    result = run(guard_of(on_disk) + "\necho went on")
    assert (result.returncode, "went on" in result.stdout) == (1, False)
    assert path in result.stdout + result.stderr
    assert "so kubeadm is not run" in result.stderr


@pytest.mark.parametrize("harm", [emptied, Path.unlink])
def test_the_guard_stops_where_a_certificate_is_missing(
    on_disk: AuditSetup, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(tmp_path / "ca.pem")
    result = run(guard_of(on_disk) + "\necho went on")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"auditstrap: {tmp_path}/ca.pem is missing or empty, so kubeadm is not run\n"


def test_the_guard_names_every_file_that_differs(on_disk: AuditSetup) -> None:
    paths = [Path(file.path) for file in on_disk.files if file.content is not None]
    for path in paths:
        one_byte_differs(path)
    result = run(guard_of(on_disk))
    assert all(str(path) in result.stdout for path in paths)


def test_a_mounted_file_that_is_nobodys_here_is_required_by_the_guard() -> None:
    mounts = (Mount("ca", "/opt/ca.pem", "/opt/ca.pem", read_only=True, path_type="File"),)
    setup = AuditSetup(KubernetesVersion(37), mounts=mounts, files=(NodeFile("/etc/p/q", b"a\n", 0o600, "root:root"),))
    assert "test -s /opt/ca.pem ||" in guard_of(setup)


def shellified(commands: list[Any]) -> str:
    """runcmd as a script, the way of cloud-init's util.shellify: a list is quoted word by word, a string is raw."""
    lines = [command if isinstance(command, str) else shlex.join(command) for command in commands]
    return "#!/bin/sh\n" + "".join(f"{line}\n" for line in lines)


def as_boot(on_disk: AuditSetup, tmp_path: Path) -> tuple[int, list[str]]:
    """The exit status of the whole runcmd with a kubeadm behind it, and the programs that it ran."""
    tools, calls = tmp_path / "tools", tmp_path / "calls"
    tools.mkdir()
    for name in ("kubeadm", "systemd-tmpfiles", "systemd-run"):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\necho "{name} $*" >> {shlex.quote(str(calls))}\n')
        tool.chmod(0o755)
    commands = config_of(on_disk, OPTIONS[2])["runcmd"]
    script = shellified([*commands, ["kubeadm", "init", "--config", "/etc/kubernetes/kubeadm.yaml"]])
    result = run(script, env={"PATH": f"{tools}:/usr/bin:/bin"})
    return result.returncode, calls.read_text().splitlines()


def test_the_whole_of_runcmd_reaches_kubeadm_where_everything_is_right(on_disk: AuditSetup, tmp_path: Path) -> None:
    status, calls = as_boot(on_disk, tmp_path)
    assert status == 0
    assert [call.split()[0] for call in calls] == ["systemd-tmpfiles", "systemd-run", "kubeadm"]
    assert calls[-1] == "kubeadm init --config /etc/kubernetes/kubeadm.yaml"


def test_kubeadm_is_not_run_where_a_file_differs(on_disk: AuditSetup, tmp_path: Path) -> None:
    one_byte_differs(Path(on_disk.files[0].path))
    status, calls = as_boot(on_disk, tmp_path)
    assert status == 1
    assert [call.split()[0] for call in calls] == ["systemd-tmpfiles"]

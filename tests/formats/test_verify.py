"""The script that proves auditing, run by real shells against an HTTPS server and a log on disk."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from auditstrap import load_spec
from auditstrap.yaml_text import dump

SHELLS = [
    pytest.param(
        shell.split(), id=shell, marks=pytest.mark.skipif(not shutil.which(shell.split()[0]), reason=f"no {shell}")
    )
    for shell in ("sh", "dash", "bash --posix", "busybox sh")
]
TOOLS = (
    "sh", "sed", "head", "tail", "date", "expr", "od", "tr", "grep", "find", "mktemp", "touch", "rm", "sleep", "awk",
    "cat", "base64",
)  # fmt: skip

pytestmark = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="the script needs curl, the server a certificate"
)


@dataclass
class Server:
    """What the fake API server is asked, and what it does about it."""

    url: str = ""
    requests: list[str] = field(default_factory=list)
    on_request: Callable[[str], str] = lambda _: "{}"
    """Called with each request's path and query; gives the body of the answer."""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=kubernetes", "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    seen = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.requests.append(f"{self.command} {self.path}")
            body = seen.on_request(self.path).encode()
            self.send_response(200 if self.path == "/metrics" else 403)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "tls.crt", certificate / "tls.key")
    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    seen.url = f"https://127.0.0.1:{listener.server_address[1]}"
    yield seen
    listener.shutdown()
    thread.join()
    listener.server_close()


@dataclass
class Node:
    """The script of one spec, its paths moved into a folder."""

    root: Path
    spec: dict[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.root / "log" / "audit.log"

    def script(self) -> Path:
        head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
        (cluster,) = load_spec(dump({**head, "spec": {"kubernetesVersion": "1.37", **self.spec}})).clusters
        content = next(file.content for file in cluster.setup.files if file.path.endswith("verify.sh"))
        text = (content or b"").decode()
        moves = {"/var/log/kubernetes/audit": "log", "/var/log/pods": "pods", "/etc/kubernetes": "etc"}
        for there, here in moves.items():
            text = text.replace(there, str(self.root / here))
        path = self.root / "verify.sh"
        path.write_text(text)
        return path

    def record(self, path: str) -> str:
        """An audit entry for a request, as kube-apiserver writes one."""
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("a") as log:
            log.write(f'{{"kind":"Event","requestURI":"{path}"}}\n')
        return "{}"

    def run(self, *arguments: str, shell: list[str] | None = None, **settings: Any) -> subprocess.CompletedProcess[str]:
        command = [*(shell or ["sh"]), str(self.script()), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **settings)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    (tmp_path / "etc" / "manifests").mkdir(parents=True)
    return Node(tmp_path)


def reason(result: subprocess.CompletedProcess[str]) -> str:
    """The sentence after which the script failed; it is the last line."""
    assert (result.returncode, result.stdout) == (1, "")
    head, _, sentence = result.stderr.splitlines()[-1].partition("auditing is NOT proved: ")
    assert head == "verify.sh: "
    return sentence


@pytest.mark.parametrize("shell", SHELLS)
def test_auditing_is_proved_by_an_entry_of_its_own_request(node: Node, server: Server, shell: list[str]) -> None:
    server.on_request = node.record
    result = node.run("--server", server.url, shell=shell)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f"verify.sh: auditing works: {node.log} has the request that was sent to {server.url}\n"


@pytest.mark.parametrize("shell", SHELLS)
def test_no_api_server_is_told(node: Node, shell: list[str]) -> None:
    sentence = reason(node.run("--server", "https://127.0.0.1:1", "--wait", "0", shell=shell))
    assert sentence.startswith("no API server answered at https://127.0.0.1:1 within 0 s")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_log_that_is_not_there_is_told(node: Node, server: Server, shell: list[str]) -> None:
    sentence = reason(node.run("--server", server.url, "--wait", "0", shell=shell))
    assert sentence.startswith(f"{node.log} does not exist: ")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_log_without_the_request_is_told(node: Node, server: Server, shell: list[str]) -> None:
    node.record("/api/v1/namespaces/kube-system/secrets/auditstrap-verify?nonce=auditstrap-of-another-run")
    sentence = reason(node.run("--server", server.url, "--wait", "0", shell=shell))
    assert sentence.startswith(f"no entry in {node.log} holds the request that was sent; ")


@pytest.mark.parametrize("shell", SHELLS)
def test_an_entry_in_a_log_that_was_rotated_meanwhile_is_found(node: Node, server: Server, shell: list[str]) -> None:
    def record_and_rotate(path: str) -> str:
        node.record(path)
        if "/configmaps" in path:
            node.log.rename(node.log.with_name("audit-2026-11-24T00-00-00.000.log"))
        return "{}"

    server.on_request = record_and_rotate
    node.log.parent.mkdir()
    assert node.run("--server", server.url, "--wait", "0", shell=shell).returncode == 0


def test_it_waits_no_longer_than_it_was_told_to(node: Node, server: Server) -> None:
    started = time.monotonic()
    node.run("--server", server.url, "--wait", "1")
    node.run("--server", "https://127.0.0.1:1", "--wait", "1")
    assert time.monotonic() - started + 1 > 2 * 0.9
    assert time.monotonic() - started < 20


def test_it_waits_for_an_entry_that_comes_late(node: Node, server: Server) -> None:
    def record_later(path: str) -> str:
        if "/configmaps" in path:
            timer = threading.Timer(0.3, node.record, [path])
            timer.start()
        return "{}"

    server.on_request = record_later
    assert node.run("--server", server.url, "--wait", "30").returncode == 0


def test_it_asks_for_nothing_that_would_change_the_cluster(node: Node, server: Server) -> None:
    server.on_request = node.record
    node.run("--server", server.url)
    writes = [request for request in server.requests if not request.startswith("GET ")]
    assert len(writes) == 1
    assert "dryRun=All" in writes[0]
    nonces = {nonce for request in server.requests for nonce in re.findall(r"nonce=(\S+)", request)}
    assert len(nonces) == 1
    assert re.fullmatch(r"auditstrap-[0-9a-f]{32}", nonces.pop())


def test_two_runs_send_different_words(node: Node, server: Server) -> None:
    server.on_request = node.record
    assert [node.run("--server", server.url).returncode for _ in range(2)] == [0, 0]
    assert len({request for request in server.requests if "nonce" in request}) == 4


def test_the_port_is_taken_from_the_manifest(node: Node, server: Server) -> None:
    server.on_request = node.record
    port = server.url.rpartition(":")[2]
    manifest = f"spec:\n  containers:\n  - command:\n    - kube-apiserver\n    - --secure-port={port}\n"
    (node.root / "etc/manifests/kube-apiserver.yaml").write_text(manifest)
    result = node.run()
    assert (result.returncode, result.stderr) == (0, "")


def test_the_control_planes_own_certificate_is_shown_where_it_is_there(
    node: Node, server: Server, certificate: Path
) -> None:
    server.on_request = node.record
    (node.root / "etc/pki").mkdir()
    for kind in ("crt", "key"):
        shutil.copy(certificate / f"tls.{kind}", node.root / f"etc/pki/apiserver-kubelet-client.{kind}")
    assert node.run("--server", server.url).returncode == 0
    assert sum("/secrets/" in request for request in server.requests) == 2


def test_a_second_manifest_of_the_api_server_is_told(node: Node, server: Server) -> None:
    server.on_request = node.record
    backup = node.root / "etc/manifests/kube-apiserver.yaml.bak"
    backup.write_text("metadata:\n  labels:\n    component: kube-apiserver\n")
    (node.root / "etc/manifests/etcd.yaml").write_text("metadata:\n  labels:\n    component: etcd\n")
    result = node.run("--server", server.url)
    assert result.returncode == 0
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"verify.sh: {backup} is a second kube-apiserver for the kubelet")


@pytest.mark.parametrize(
    "arguments", [["--bogus"], ["bogus"], ["--wait"], ["--wait", "soon"], ["--wait", "-1"], ["--wait="]]
)
@pytest.mark.parametrize("shell", SHELLS)
def test_wrong_arguments_are_refused(node: Node, shell: list[str], arguments: list[str]) -> None:
    result = node.run(*arguments, shell=shell)
    assert (result.returncode, result.stdout) == (2, "")
    assert "verify.sh" in result.stderr


def test_a_server_that_is_not_named_is_refused(node: Node) -> None:
    assert node.run("--wait", "0", "--server").returncode == 2


@pytest.mark.parametrize("shell", SHELLS)
def test_a_number_with_a_zero_in_front_is_a_decimal(node: Node, server: Server, shell: list[str]) -> None:
    server.on_request = node.record
    result = node.run("--server", server.url, "--wait", "08", shell=shell)
    assert (result.returncode, result.stderr) == (0, "")


def tools_without_curl(node: Node, kubectl: str) -> dict[str, str]:
    """A PATH with a kubectl of this text, and no curl."""
    folder = node.root / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    (folder / "kubectl").write_text(f"#!/bin/sh\nfor last; do :; done\n{kubectl}\n")
    (folder / "kubectl").chmod(0o755)
    (node.root / "etc/admin.conf").write_text("kind: Config\n")
    return {"PATH": str(folder)}


def test_kubectl_does_where_there_is_no_curl(node: Node) -> None:
    node.log.parent.mkdir()
    environment = tools_without_curl(node, f'echo "$last" >> {node.log}')
    result = node.run("--wait", "0", env=environment)
    assert (result.returncode, result.stderr) == (0, "")


def test_the_containers_output_is_searched_where_the_log_goes_there(node: Node, server: Server) -> None:
    node.spec = {"log": {"path": "-"}}
    pod = node.root / "pods/kube-system_kube-apiserver-node-1_0123/kube-apiserver"
    pod.mkdir(parents=True)
    sentence = reason(node.run("--server", server.url, "--wait", "0"))
    assert sentence.startswith("no entry in the log of the kube-apiserver container holds the request")

    def record(path: str) -> str:
        (pod / "0.log").write_text(f"2026-11-24T00:00:00Z stdout F {path}\n")
        return "{}"

    server.on_request = record
    result = node.run("--server", server.url, "--wait", "0")
    assert result.returncode == 0
    assert "auditing works: the log of the kube-apiserver container has the request" in result.stdout


@dataclass
class Counters:
    """What kube-apiserver would count between two scrapes: events, those given up, and answers of the receiver."""

    events: int = 1
    taken: int = 1
    refused: int = 0
    lost: int = 0
    scrapes: int = 0

    def metrics(self, _: str) -> str:
        self.scrapes += 1
        count = self.scrapes
        return (
            "# TYPE apiserver_audit_event_total counter\n"
            f"apiserver_audit_event_total {count * self.events}\n"
            f'apiserver_audit_error_total{{plugin="webhook"}} {count * self.lost}\n'
            f'rest_client_requests_total{{code="200",host="a.example",method="POST"}} {count * self.taken}\n'
            f'rest_client_requests_total{{code="503",host="a.example",method="POST"}} {count * self.refused}\n'
            f'rest_client_requests_total{{code="200",host="b.example",method="POST"}} {count}\n'
        )


@pytest.fixture
def webhook_node(node: Node, certificate: Path) -> Node:
    node.spec = {"log": {"enabled": False}, "webhook": {"server": "https://a.example/it's?$x"}}
    (node.root / "etc/pki").mkdir()
    for kind in ("crt", "key"):
        shutil.copy(certificate / f"tls.{kind}", node.root / f"etc/pki/apiserver-kubelet-client.{kind}")
    return node


@pytest.mark.parametrize("shell", SHELLS)
def test_a_webhook_is_proved_by_the_counters(webhook_node: Node, server: Server, shell: list[str]) -> None:
    server.on_request = Counters().metrics
    result = webhook_node.run("--server", server.url, "--wait", "10", shell=shell)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("verify.sh: auditing works: https://a.example/it's?$x takes the events")


@pytest.mark.parametrize("counters", [{"lost": 1}, {"refused": 1}])
@pytest.mark.parametrize("shell", SHELLS)
def test_a_webhook_that_takes_nothing_is_told(
    webhook_node: Node, server: Server, shell: list[str], counters: dict[str, int]
) -> None:
    server.on_request = Counters(taken=0, **counters).metrics
    sentence = reason(webhook_node.run("--server", server.url, "--wait", "2", shell=shell))
    assert sentence.startswith("events are made, but sending them to https://a.example/it's?$x fails")


def test_a_batch_that_was_not_sent_yet_is_told(webhook_node: Node, server: Server) -> None:
    server.on_request = Counters(taken=0).metrics
    sentence = reason(webhook_node.run("--server", server.url, "--wait", "2"))
    assert sentence.startswith("events are made, but none was sent yet")


@pytest.mark.parametrize("shell", SHELLS)
def test_an_api_server_that_makes_no_event_is_told(webhook_node: Node, server: Server, shell: list[str]) -> None:
    server.on_request = Counters(events=0).metrics
    sentence = reason(webhook_node.run("--server", server.url, "--wait", "0", shell=shell))
    assert sentence.startswith("kube-apiserver counts no audit event")


def test_metrics_that_cannot_be_read_are_told(webhook_node: Node, server: Server) -> None:
    server.on_request = lambda _: "{}"
    sentence = reason(webhook_node.run("--server", server.url, "--wait", "0"))
    assert sentence.startswith("the API server's /metrics cannot be read; ")


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"log": {"path": "-"}},
        {"log": {"enabled": False}, "webhook": {"server": "https://a.example"}},
        {"webhook": {"server": "https://a.example"}},
    ],
)
@pytest.mark.skipif(not shutil.which("shellcheck"), reason="no shellcheck")
def test_shellcheck_has_nothing_to_say(node: Node, spec: dict[str, Any]) -> None:
    node.spec = spec
    result = subprocess.run(
        ["shellcheck", "--shell=sh", str(node.script())], capture_output=True, text=True, check=False, timeout=60
    )
    assert (result.returncode, result.stdout) == (0, "")

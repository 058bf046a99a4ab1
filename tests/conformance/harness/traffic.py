"""Requests by several users, each under an audit ID of its own by which its events are found."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.conformance.harness.client import Client, Response
from tests.conformance.harness.node import Node

MARKER = "the-value-that-no-log-may-hold"
UNKNOWN_BEARER = "no-such-token"
ENCODED_MARKER = base64.b64encode(MARKER.encode()).decode()

_DEFAULT = "/api/v1/namespaces/default"
_WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "v5.channel.k8s.io",
}
_SPDY = {"Connection": "Upgrade", "Upgrade": "SPDY/3.1"}
_POD = {
    "metadata": {"name": "web"},
    "spec": {"containers": [{"name": "web", "image": "registry.invalid/web"}]},
}
_ORDINARY = frozenset({"RequestReceived", "ResponseComplete"})
_LONG_RUNNING = _ORDINARY | {"ResponseStarted"}
_UNAUTHENTICATED = frozenset({"ResponseStarted"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was sent: by whom (None: authentication failed), and the stages that it went through."""

    audit_id: str
    user: str | None
    groups: tuple[str, ...]
    method: str
    path: str
    stages: frozenset[str]
    response: Response


@dataclass
class Sender:
    """One user who sends; what was sent is kept."""

    client: Client
    user: str | None
    groups: tuple[str, ...]
    numbers: Iterator[int]
    sent: list[Sent] = field(default_factory=list)

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        *,
        long_running: bool = False,
    ) -> Response:
        audit_id = f"conformance-{next(self.numbers)}"
        response = self.client.request(method, path, body, {**(headers or {}), "Audit-ID": audit_id})
        stages = _UNAUTHENTICATED if self.user is None else _LONG_RUNNING if long_running else _ORDINARY
        self.sent.append(Sent(audit_id, self.user, self.groups, method, path, stages, response))
        return response


def send_everything(node: Node, admin: Client) -> tuple[Sent, ...]:
    """What an administrator, a user, a service account, nobody and a liar ask of the API server."""
    numbers = itertools.count()
    authenticated = "system:authenticated"
    administrator = Sender(admin, "kubernetes-admin", ("system:masters", authenticated), numbers)
    alice = Sender(Client(node, "alice", "dev"), "alice", ("dev", authenticated), numbers)
    nobody = Sender(Client(node), "system:anonymous", ("system:unauthenticated",), numbers)
    liar = Sender(Client(node, token=UNKNOWN_BEARER), None, (), numbers)
    token = _administer(administrator)
    service_groups = ("system:serviceaccounts", "system:serviceaccounts:default", authenticated)
    service = Sender(Client(node, token=token), "system:serviceaccount:default:default", service_groups, numbers)
    for sender in (alice, service, nobody, liar):
        _look_around(sender)
    _run_commands(administrator)
    return tuple(sent for sender in (administrator, alice, service, nobody, liar) for sent in sender.sent)


def _administer(sender: Sender) -> str:
    """Objects made, read, changed and deleted; the token of a service account comes back."""
    sender.send("POST", f"{_DEFAULT}/serviceaccounts", {"metadata": {"name": "default"}})
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    answer = sender.send("POST", f"{_DEFAULT}/serviceaccounts/default/token", request)
    sender.send("POST", f"{_DEFAULT}/secrets", {"metadata": {"name": "db"}, "stringData": {"password": MARKER}})
    sender.send("GET", f"{_DEFAULT}/secrets/db")
    sender.send("GET", "/api/v1/secrets")
    patch = {"Content-Type": "application/merge-patch+json"}
    sender.send("PATCH", f"{_DEFAULT}/secrets/db", {"stringData": {"password": MARKER}}, patch)
    sender.send("POST", f"{_DEFAULT}/configmaps", {"metadata": {"name": "settings"}, "data": {"password": MARKER}})
    sender.send("PATCH", f"{_DEFAULT}/configmaps/settings", {"data": {"second": MARKER}}, patch)
    sender.send("GET", f"{_DEFAULT}/configmaps?watch=1&timeoutSeconds=1", long_running=True)
    sender.send("DELETE", f"{_DEFAULT}/secrets/db")
    sender.send("DELETE", f"{_DEFAULT}/configmaps")
    token: str = answer.json()["status"]["token"]
    return token


def _run_commands(sender: Sender) -> None:
    """Commands in a Pod that runs nowhere: the API server's own answer is an error, and the request was made."""
    sender.send("POST", f"{_DEFAULT}/pods", _POD)
    for subresource in ("exec?command=id&stdout=1", "attach?stdout=1", "portforward?ports=80"):
        path = f"{_DEFAULT}/pods/web/{subresource}"
        sender.send("GET", path, headers=_WEBSOCKET, long_running=True)
        sender.send("POST", path, headers=_SPDY, long_running=True)
    sender.send("GET", f"{_DEFAULT}/pods/web/log", long_running=True)


def _look_around(sender: Sender) -> None:
    sender.send("GET", "/version")
    sender.send("GET", "/readyz")
    sender.send("GET", f"{_DEFAULT}/secrets/db")
    sender.send("GET", f"{_DEFAULT}/configmaps")
    review = {"spec": {"resourceAttributes": {"verb": "get", "resource": "secrets"}}}
    sender.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
    sender.send("GET", f"{_DEFAULT}/pods/web/exec?command=id&stdout=1", headers=_WEBSOCKET, long_running=True)

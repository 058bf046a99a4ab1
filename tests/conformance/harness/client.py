"""Requests to a node's API server, by whoever the node's own CA vouches for, by a token, or by nobody."""

from __future__ import annotations

import http.client
import itertools
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conformance.harness.network import ADDRESS
from tests.conformance.harness.node import Node
from tests.conformance.harness.processes import run

PORT = 6443
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Response:
    """The answer's status and body."""

    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """A user with a client certificate; without a user nobody, unless the requests carry a token."""

    def __init__(self, node: Node, user: str | None = None, *groups: str, token: str | None = None) -> None:
        self._node = node
        self._token = token
        self._tls = ssl.create_default_context(cafile=str(node.path("/etc/kubernetes/pki/ca.crt")))
        if user is not None:
            self._tls.load_cert_chain(*_certificate(node, user, groups))

    def ready(self) -> bool:
        """Whether the API server says that it is."""
        try:
            return self.request("GET", "/readyz").status == http.HTTPStatus.OK
        except OSError:
            return False

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Send one request over a connection of its own; a body is sent as JSON."""
        connection = http.client.HTTPConnection(ADDRESS, PORT)
        connection.sock = self._tls.wrap_socket(self._node.network.connect(PORT), server_hostname=ADDRESS)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {**self._headers(), **(headers or {})})
            answer = connection.getresponse()
            return Response(answer.status, answer.read())
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        authorization = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        return {"Accept": "application/json", "Content-Type": "application/json", **authorization}


def _certificate(node: Node, user: str, groups: tuple[str, ...]) -> tuple[str, str]:
    """Files with a client certificate and its key, signed by the node's CA."""
    pki = node.path("/etc/kubernetes/pki")
    certificate, key = new_files(node.folder, "crt", "key")
    subject = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
    run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-subj", subject, "-days", "1", "-CA", pki / "ca.crt", "-CAkey", pki / "ca.key"),
        *("-addext", "extendedKeyUsage=clientAuth", "-addext", "basicConstraints=critical,CA:false"),
        *("-out", certificate, "-keyout", key),
    )
    return str(certificate), str(key)


def new_files(folder: Path, *suffixes: str) -> list[Path]:
    """Paths in a folder that nothing else uses."""
    number = next(_numbers)
    return [folder / f"file{number}.{suffix}" for suffix in suffixes]

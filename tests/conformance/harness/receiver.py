"""A server of TLS that takes the batches of events that kube-apiserver's webhook backend sends."""

from __future__ import annotations

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self

from tests.conformance.harness.client import new_files
from tests.conformance.harness.network import ADDRESS
from tests.conformance.harness.node import Node
from tests.conformance.harness.processes import run

PORT = 9443
URL = f"https://{ADDRESS}:{PORT}/audit"
AUTHORITY = "/etc/kubernetes/pki/audit-webhook-ca.crt"
"""Where on the node the certificate lies that the receiver shows, which vouches for itself."""


class Receiver:
    """Listens on the node's address as long as it is entered; puts its certificate on the node."""

    def __init__(self, node: Node) -> None:
        certificate, key = map(str, new_files(node.folder, "crt", "key"))
        run(
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=receiver", "-days", "1", "-addext", f"subjectAltName=IP:{ADDRESS}"),
            *("-out", certificate, "-keyout", key),
        )
        with open(certificate, "rb") as file:  # noqa: PTH123 - the path is text for ssl
            node.write(AUTHORITY, file.read())
        self.batches: list[bytes] = []
        self._server = _server(node, self.batches)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self) -> list[dict[str, Any]]:
        """The events of all batches so far."""
        return [event for batch in list(self.batches) for event in json.loads(batch)["items"]]


def _server(node: Node, batches: list[bytes]) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            batches.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing: the test reads the batches."""

    server = HTTPServer((ADDRESS, PORT), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = node.network.listen(PORT)
    return server

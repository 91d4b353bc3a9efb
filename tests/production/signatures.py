"""A gate in front of the S3 server of the tests, which asks for no signature: this one lets signed requests pass only.

Signatures are worked out anew by the client library from what really arrived: host, path, query.
"""

from __future__ import annotations

import hmac
import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

STAMP = "%Y%m%dT%H%M%SZ"


class Gate(http.server.BaseHTTPRequestHandler):
    """Requests with an Authorization header are the client library's own, and pass; others need a signed address."""

    protocol_version = "HTTP/1.1"
    behind: str
    credentials: Credentials

    def _pass_on(self) -> None:
        signed = "Authorization" in self.headers or self._is_signed()
        # Whatever a viewer's browser sent along would be a leak.
        if not signed or "Cookie" in self.headers:
            self._answer(403, [], b"")
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = http.client.HTTPConnection(self.behind, timeout=30)
        connection.request(self.command, self.path, body or None, dict(self.headers.items()))
        response = connection.getresponse()
        self._answer(response.status, response.getheaders(), response.read())
        connection.close()

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Whatever the method: `do_GET`, `do_PUT` and the like."""
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                self.send_header(name, value)
        length = next((value for name, value in headers if name.lower() == "content-length"), str(len(body)))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _is_signed(self) -> bool:
        parts = urlsplit(self.path)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        signature = given.pop("X-Amz-Signature", "")
        if not signature:
            return False
        moment = datetime.strptime(given["X-Amz-Date"], STAMP).replace(tzinfo=UTC)
        lifetime = timedelta(seconds=int(given["X-Amz-Expires"]))
        if not timedelta(minutes=-5) < datetime.now(UTC) - moment < lifetime:
            return False
        auth = S3SigV4QueryAuth(self.credentials, "s3", given["X-Amz-Credential"].split("/")[2])
        url = f"http://{self.headers['Host']}{unquote(parts.path)}?{urlencode(sorted(given.items()))}"
        request = AWSRequest(method=self.command, url=url)
        request.context["timestamp"] = given["X-Amz-Date"]
        expected = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
        return hmac.compare_digest(expected, signature)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the test's output is its own."""


@contextmanager
def gate(url: str) -> Iterator[str]:
    """Stand before the server of a MEDIA_STORAGE_URL. Yields the URL to use instead."""
    parts = urlsplit(url)
    kind = type(
        "OneGate",
        (Gate,),
        {
            "behind": parts.netloc.rpartition("@")[2],
            "credentials": Credentials(parts.username or "", parts.password or ""),
        },
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield url.replace(kind.behind, f"127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()

"""A tus client over Django's test client."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User

TYPE = "application/offset+octet-stream"


def metadata(name: str) -> str:
    """`Upload-Metadata` naming a file."""
    return f"filename {base64.b64encode(name.encode()).decode()}"


@dataclass
class TusClient:
    """Sends well-formed requests; keywords replace headers, and None leaves one out."""

    client: Client
    user: User | None

    @classmethod
    def of(cls, user: User) -> TusClient:
        client = Client()
        client.force_login(user)
        return cls(client, user)

    def post(self, **headers: str | None) -> Any:
        sent = {"Tus-Resumable": "1.0.0", "Upload-Length": "100", "Upload-Metadata": metadata("a.mp4"), **headers}
        return self.client.post(reverse("media_pipeline:uploads"), headers=_given(sent), content_type=TYPE)

    def create(self, length: int, name: str = "a.mp4") -> str:
        response = self.post(**{"Upload-Length": str(length), "Upload-Metadata": metadata(name)})
        assert response.status_code == 201, response.content.decode()
        return response["Location"].removeprefix("http://testserver")

    def head(self, url: str) -> Any:
        response = self.client.head(url, headers={"Tus-Resumable": "1.0.0"})
        assert response.status_code == 200, response.content.decode()
        return response

    def patch(self, url: str, data: bytes, offset: int | str | None, **headers: str) -> Any:
        sent: dict[str, str | None] = {"Tus-Resumable": "1.0.0"}
        sent["Upload-Offset"] = None if offset is None else str(offset)
        content_type = headers.pop("Content-Type", TYPE)
        if not data:  # the test client leaves both headers out of an empty request
            headers = {"Content-Type": content_type, "Content-Length": "0", **headers}
        return self.client.patch(url, data, content_type=content_type, headers=_given({**sent, **headers}))

    def delete(self, url: str) -> Any:
        return self.client.delete(url, headers={"Tus-Resumable": "1.0.0"})


def _given(headers: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value is not None}

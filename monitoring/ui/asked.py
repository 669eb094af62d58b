"""What a request brings to a handler: its form and where it comes from, free of the web framework's types."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from monitoring.core.errors import Refusal
from monitoring.core.language import message

LONGEST_FORM = 64 * 1024  # bytes; our forms are a few lines, and the gate lets no longer one in


@dataclass(frozen=True)
class Asked:
    """The path, the fields of a form (or of the address, for a GET), a body of JSON, and where it comes from."""

    path: str
    fields: dict[str, str]
    address: str
    secure: bool
    body: bytes = b""

    @property
    def is_local(self) -> bool:
        """Tell whether the browser runs on this very machine."""
        return self.address in ("127.0.0.1", "::1", "::ffff:127.0.0.1")

    def json(self) -> dict[str, Any]:
        """Return the object in the body. Raises Refusal where there is none."""
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise Refusal(message("The browser sent something the program does not understand. Reload the page."))
        return content

    def text(self, name: str) -> str:
        return self.fields.get(name, "")


async def asked(request: Request) -> Asked:
    """Return what a request asks. A body that is neither a form nor JSON counts as an empty one."""
    fields, body = dict(request.query_params), b""
    if request.headers.get("content-type", "").startswith("application/json"):
        body = await request.body()
    elif request.method == "POST":
        async with request.form(max_files=0, max_fields=100) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return Asked(request.url.path, fields, address_of(request), request.url.scheme == "https", body)


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""

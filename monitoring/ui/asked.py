"""What a request brings to a handler: its form and where it comes from, free of the web framework's types."""

from dataclasses import dataclass

from starlette.requests import Request

LONGEST_FORM = 64 * 1024  # bytes; our forms are a few lines, and the gate lets no longer one in


@dataclass(frozen=True)
class Asked:
    """The fields of a form (or of the address, for a GET), and the far end of the connection."""

    fields: dict[str, str]
    address: str
    secure: bool

    @property
    def is_local(self) -> bool:
        """Tell whether the browser runs on this very machine."""
        return self.address in ("127.0.0.1", "::1", "::ffff:127.0.0.1")

    def text(self, name: str) -> str:
        return self.fields.get(name, "")


async def asked(request: Request) -> Asked:
    """Return what a request asks. A body that is no form counts as an empty one."""
    fields = dict(request.query_params)
    if request.method == "POST":
        async with request.form(max_files=0, max_fields=100) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
    return Asked(fields, address_of(request), request.url.scheme == "https")


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""

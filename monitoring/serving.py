"""The server as somebody at the machine starts it: its port, the addresses to type, the set-up code, the browser.

Looking for the addresses sends nothing anywhere: they are read from the machine's own interfaces.
"""

import errno
import os
import socket
import sys
import time
import webbrowser
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from threading import Thread
from typing import Final, TextIO

import segno

from monitoring.core.errors import Refusal
from monitoring.core.language import message
from monitoring.people.accounts import one_time_password

APP: Final = Path(__file__).parent.parent / "app.py"
SET_UP_TOKEN: Final = "MONITORING_SET_UP_TOKEN"  # read by the door when somebody sets up from another machine
THIS_MACHINE: Final = "127.0.0.1"
EVERY_NETWORK: Final = "0.0.0.0"  # noqa: S104 - only where `serve --lan` was asked for
USUAL_PORT: Final = 8501
PORTS_TRIED: Final = 20
ANSWER_WITHIN_S: Final = 0.3
BROWSER_WAITS_S: Final = 60

# The likeliest network of a school first; then those that only programs on this machine know of.
_NETWORKS: Final = tuple(map(IPv4Network, ("192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12")))
_VIRTUAL: Final = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "utun", "tun", "tap", "wg", "bridge")


def free_port(address: str, wanted: int | None) -> int:
    """Return the port to listen on: the one wanted, or the usual one or the next that is free.

    Raises Refusal where the wanted one is taken.
    """
    if wanted is not None:
        if not _is_free(address, wanted):
            raise Refusal(message("The port {port} is taken. Choose another, or close what uses it.", port=wanted))
        return wanted
    free = next((port for port in range(USUAL_PORT, USUAL_PORT + PORTS_TRIED) if _is_free(address, port)), None)
    if free is None:
        raise Refusal(message("No free port was found from {port} on. Choose one with --port.", port=USUAL_PORT))
    return free


def url(address: str, port: int) -> str:
    return f"http://{address}:{port}"


def lan_addresses() -> list[str]:
    """Return the IPv4 addresses of this machine on its networks, the likeliest first; sends nothing."""
    found = [(name, IPv4Address(address)) for name, address in _interfaces()]
    outside = {address: name for name, address in found if not (address.is_loopback or address.is_link_local)}
    return [str(address) for address in sorted(outside, key=lambda one: (_likelihood(outside[one], one), one))]


def draw_qr(text: str, out: TextIO) -> None:
    """Draw a QR code in the terminal."""
    segno.make(text, micro=False).terminal(out, compact=True)


def set_up_code() -> str:
    """Return the code by which the first set-up is allowed from another machine, and let the server know it."""
    return os.environ.setdefault(SET_UP_TOKEN, one_time_password())


def open_browser_later(port: int) -> None:
    """Open the person's browser as soon as the server answers on this machine."""
    Thread(target=_open_browser, args=(port,), daemon=True).start()


def run(address: str, port: int) -> None:
    """Run the server in this process until it is stopped: what `streamlit run app.py` does."""
    from click import Abort
    from streamlit.web import cli

    # Its welcome would ask an outside host for this machine's address as soon as it listens to every network.
    options = {"server.address": address, "server.port": str(port), "logger.hideWelcomeMessage": "true"}
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    with suppress(Abort):  # Ctrl+C is how it is meant to be stopped
        cli.main(["run", str(APP), *arguments], prog_name="streamlit", standalone_mode=False)


def _is_free(address: str, port: int) -> bool:
    # Some systems let a second program listen beside one that listens to every network: so ask first.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as asking:
        asking.settimeout(ANSWER_WITHIN_S)
        if asking.connect_ex((THIS_MACHINE, port)) == 0:
            return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        if sys.platform != "win32":  # there it would let two programs share a port
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def _likelihood(interface: str, address: IPv4Address) -> tuple[bool, int]:
    place = next((number for number, network in enumerate(_NETWORKS) if address in network), len(_NETWORKS))
    return interface.startswith(_VIRTUAL), place


if sys.platform == "win32":

    def _interfaces() -> Iterable[tuple[str, str]]:
        """The addresses of this machine; Windows answers this itself, without asking the network."""
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        return [("", str(address[0])) for *_, address in found]

else:
    import fcntl
    import struct

    _GET_ADDRESS: Final = 0xC0206921 if sys.platform == "darwin" else 0x8915  # SIOCGIFADDR

    def _interfaces() -> Iterable[tuple[str, str]]:
        """The interfaces of this machine that have an IPv4 address, asked of the system's kernel."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            for _, name in socket.if_nameindex():
                try:
                    answer = fcntl.ioctl(asking.fileno(), _GET_ADDRESS, struct.pack("256s", name.encode()[:15]))
                except OSError:
                    continue  # an interface without an address
                yield name, socket.inet_ntoa(answer[20:24])


def _open_browser(port: int) -> None:
    deadline = time.monotonic() + BROWSER_WAITS_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection((THIS_MACHINE, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            webbrowser.open(url(THIS_MACHINE, port))
            return

"""Loaded by Python itself where this folder is on PYTHONPATH: refuses and notes every way out of the machine."""

import os
import sys
from ipaddress import ip_address
from pathlib import Path

NOTES = os.environ.get("MONITORING_WATCH_NOTES")
CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOKS_UP = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
HERE = {"localhost", "", None}


def is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in HERE:
        return True
    try:
        found = ip_address(str(host))
    except ValueError:
        return False
    return found.is_loopback or found.is_unspecified


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in CONNECTS:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a socket of this machine
    elif event in LOOKS_UP:
        host = arguments[0]
    else:
        return
    if not is_here(host):
        with Path(str(NOTES)).open("a", encoding="utf-8") as notes:
            notes.write(f"{event} {host!r}\n")
        raise PermissionError(f"{event} {host!r}: the program calls nothing outside the machine")


if NOTES:
    sys.addaudithook(watch)

"""How the application starts, and what it shows where a screen fails."""

import logging
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.concurrency import run_in_threadpool

from monitoring.core.errors import Refusal
from monitoring.core.language import gettext as _
from monitoring.record import upgrade
from monitoring.record.database import main_database

log = logging.getLogger(__name__)

# How long a busy thread keeps the others waiting. A mark on its way to the record lets go of the interpreter at each
# of its statements, and with the usual 5 ms waits as long behind every screen that is being drawn just then.
SWITCH_INTERVAL_S = 0.0005


@asynccontextmanager
async def ready(_app: st.App) -> AsyncIterator[None]:
    """Bring the database up to date before the first request, or end the start with the reason."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    await run_in_threadpool(upgrade.make_ready, main_database())
    yield


def show_error(error: Exception) -> bool:
    """Show what a screen could not do in words, never a traceback; return True, so that Streamlit adds nothing."""
    if isinstance(error, Refusal):
        st.error(str(error))
        return True
    number = secrets.token_hex(4)
    log.error("screen failed, error %s", number, exc_info=error)
    st.error(
        _(
            "Something went wrong in the program; what was saved before is safe. Reload the page. "
            "If it happens again, tell support this number: {number}.",
            number=number,
        )
    )
    return True

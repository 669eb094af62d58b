"""The ASGI application: `streamlit run app.py`, or `python -m monitoring serve`.

The gate stands in front of everything, our routes and Streamlit's own; no `pages/` lies beside the main script,
so that no screen can run before the navigation that guards it.
"""

import streamlit as st
from starlette.middleware import Middleware

from monitoring.ui.application import ready, show_error
from monitoring.ui.gate import Gate
from monitoring.ui.routes import starlette_routes

app = st.App(
    "monitoring/ui/main.py",
    routes=starlette_routes(),
    middleware=[Middleware(Gate)],
    lifespan=ready,
    on_script_error=show_error,
)

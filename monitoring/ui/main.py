"""What Streamlit runs for every screen: who is here, in which language, and where they may go."""

import streamlit as st

from monitoring.ui.frame import banner, begin_at_top, handing_over, here, menu
from monitoring.ui.screens import SCREENS
from monitoring.ui.widgets import notice

visit = here()
# An icon of our own: for one of its names Streamlit would fetch a picture from outside.
st.set_page_config(page_icon="/door/icon.svg", layout="wide")
pages = [
    st.Page(
        screen.path,
        title=str(screen.title),
        icon=screen.icon,
        url_path=screen.address,
        default=not screen.address,
        visibility="visible" if screen.in_menu else "hidden",
    )
    for screen in SCREENS
    if visit.may(screen.permission)
]
page = st.navigation(pages)
banner(visit)
menu(visit)
begin_at_top(page.url_path)
notice()
with handing_over(visit):
    page.run()

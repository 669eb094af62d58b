"""Screens drawn without a browser: a person's own connection to Streamlit, asked for one screen after another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.running import Program
from tests.trials.kindergarten import Kindergarten

Draw = Callable[[str, str], None]
"""Draws the screen of a name and a query to its end. Fails where there is no such screen, or its script failed."""


@contextmanager
def at_the_screens(made: Kindergarten, program: Program, token: str) -> Iterator[Draw]:
    """Yield what draws screens for the person whose session has the token."""
    with connect(
        f"ws://localhost:{program.port}/_stcore/stream",
        origin=Origin(program.address),
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": f"{made.cookie}={token}"},
        max_size=None,
    ) as line:

        def draw(screen: str, query: str = "") -> None:
            asked = BackMsg()
            asked.rerun_script.page_name, asked.rerun_script.query_string = screen, query
            line.send(asked.SerializeToString())
            while (answer := ForwardMsg.FromString(line.recv(decode=False))).WhichOneof("type") != "script_finished":
                assert not answer.HasField("page_not_found"), screen
            assert answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY, screen

        yield draw

"""How the program says no: a refusal tells the reader what to do instead, and nothing was written.

Raised by the acts of the write side, shown by pages, routes and the command line in the reader's language.
"""

from monitoring.core.language import Message


class Refusal(Exception):
    """The act was not done. `str()` gives the reason in the current language."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refusal):
    """This account may not do it, here or at all."""


class NotFound(Refusal):
    """What the act is about is not there, or not for this account to see."""


class Conflict(Refusal):
    """Somebody else changed it in the meantime."""

"""One palette for levels on every screen and document: safe for colour-blind eyes, told apart in grey print."""

from collections.abc import Mapping
from typing import Final

from monitoring.core.scale import Level

LEVEL_COLOURS: Final[Mapping[Level, str]] = {Level.I: "#fce3c4", Level.II: "#8ccadb", Level.III: "#0b5f7a"}
ON_LEVEL: Final[Mapping[Level, str]] = {Level.I: "#1b2a30", Level.II: "#1b2a30", Level.III: "#ffffff"}  # text on it
NO_LEVEL: Final = "#f0f2f3"
INK: Final = "#1b2a30"
EDGE: Final = "#6b7b83"

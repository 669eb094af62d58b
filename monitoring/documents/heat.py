"""The ground of a share on a map of groups by areas: from the palette's level I over II towards III, darker with more.

It stops well before III, so that the same dark figures can be read on all of it.
"""

from typing import Final

from monitoring.core.scale import Level
from monitoring.figures.palette import LEVEL_COLOURS

TOWARDS_THREE: Final = 40  # percent of the way from II to III that the darkest ground goes


def heat_colour(percent: int) -> str:
    """Return the ground of a cell with this share, 0 to 100."""
    low, middle, high = (_parts(LEVEL_COLOURS[level]) for level in Level)
    if percent < 50:
        return _between(low, middle, 2 * percent)
    return _between(middle, high, (percent - 50) * TOWARDS_THREE // 50)


def _between(one: tuple[int, ...], other: tuple[int, ...], percent: int) -> str:
    parts = (before + (after - before) * percent // 100 for before, after in zip(one, other, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))

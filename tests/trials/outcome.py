"""What a trial came to: what was counted, and which claims did not hold."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from monitoring import checks
from monitoring.record.database import Database
from monitoring.record.models import Rating, RatingChange
from tests.trials.writer import Writer

Cell = tuple[UUID, UUID]


@dataclass
class Outcome:
    """Numbers by what they count, and a sentence for each claim that is broken; none is as it should be."""

    counted: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def claim(self, what: str, wrong: int) -> None:
        """Hold a claim against how often it was found wrong."""
        if wrong:
            self.broken.append(f"{what}: {wrong} times not so")

    def print(self, name: str) -> None:
        for what, number in self.counted.items():
            sys.stdout.write(f"{name:24} {what:44} {number:>8}\n")
        for sentence in self.broken:
            sys.stdout.write(f"{name:24} BROKEN: {sentence}\n")
        sys.stdout.write(f"{name:24} {'FAILED' if self.broken else 'ok'}\n")
        sys.stdout.flush()


def hold_against_the_record(
    outcome: Outcome, database: Database, writers: Sequence[Writer], *, some_refused: bool = False
) -> None:
    """Hold what the writers typed and were told against what is on record, each in cells of their own."""
    with database.reading() as session:
        history = list(session.exec(select(RatingChange).order_by(col(RatingChange.sequence))))
        standing = {
            (row.child_id, row.criterion_version_id): (row.level, row.revision) for row in session.exec(select(Rating))
        }
        findings = [finding for finding in checks.check(session) if not finding.is_remark]
    kept = {change.change_id: change for change in history}
    typed = [change for writer in writers for change in writer.typed]
    receipts = {id_: receipt for writer in writers for id_, receipt in writer.receipts.items()}
    saved = {id_: receipt["saved"] for id_, receipt in receipts.items() if "saved" in receipt}
    as_told = {id_: (kept[id_].to_level, kept[id_].revision) if id_ in kept else (None, 0) for id_ in saved}
    outcome.counted |= {
        "marks typed": len(typed),
        "requests that failed and were sent again": sum(writer.failures for writer in writers),
        "receipts: saved": len(saved),
        "receipts: conflict": sum("conflict" in receipt for receipt in receipts.values()),
        "receipts: refused": sum("refused" in receipt for receipt in receipts.values()),
        "changes in the history": len(history),
    }
    outcome.claim("everything typed has a receipt", len(typed) - len(receipts))
    if not some_refused:
        outcome.claim("everything typed is on record", len({change.id for change in typed} - kept.keys()))
    outcome.claim("nobody is told of a conflict with themselves", outcome.counted["receipts: conflict"])
    outcome.claim(
        "what has a receipt is on record with that level and revision",
        sum(change.id in saved and as_told[change.id] != (change.level, saved[change.id]) for change in typed),
    )
    outcome.claim("nothing is in the history that was not typed", len(kept.keys() - {change.id for change in typed}))
    outcome.claim("nothing is in the history without a receipt that says so", len(kept.keys() - saved.keys()))
    outcome.claim("nothing is in the history twice", len(history) - len(kept))
    outcome.claim("what stands is what was last saved", _unlike(standing, _last_saved(writers)))
    outcome.claim("the check of the record finds nothing", len(findings))


def _last_saved(writers: Iterable[Writer]) -> dict[Cell, int | None]:
    return {
        change.cell: change.level
        for writer in writers
        for change in writer.typed
        if "saved" in writer.receipts.get(change.id, {})
    }


def _unlike(standing: dict[Cell, tuple[int | None, int]], told: dict[Cell, int | None]) -> int:
    differing = [cell for cell, level in told.items() if standing.get(cell, (None, 0))[0] != level]
    return len(differing) + len(standing.keys() - told.keys())

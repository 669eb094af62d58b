"""Two writers, one cell: both see the same revision and write different levels over it, round after round."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import col, select

from monitoring import ratings
from monitoring.ratings import Conflicted, Receipt, Saved
from monitoring.record.database import Database
from monitoring.record.models import Rating, RatingChange
from tests.trials.kindergarten import STAGE, Desk, colleague, kindergarten
from tests.trials.outcome import Outcome

Round = dict[int, Receipt]  # by the level that was written


def trial(database: Database, *, rounds: int = 10_000) -> Outcome:
    """Return what came of it: in each round one level is on record, and the other writer is told of it."""
    made = kindergarten(database, desks=1, children_each=1, criteria=1)
    one, barrier = made.desks[0], Barrier(2)
    writers = (one, colleague(made, one, "other"))
    played: list[Round] = []
    with ThreadPoolExecutor(len(writers)) as pool:
        for number in range(rounds):
            # In turn, so that the two never agree, and each has each level some time.
            levels = [1 + (number + writer) % 3 for writer in range(len(writers))]
            pair = [pool.submit(_write, database, *who, barrier) for who in zip(writers, levels, strict=True)]
            played.append({level: one.result() for level, one in zip(levels, pair, strict=True)})
    return _judged(database, played)


def _write(database: Database, desk: Desk, level: int, barrier: Barrier) -> Receipt:
    with database.reading() as session:
        seen = session.exec(select(Rating.revision)).first() or 0
    change = desk.change(0, level, seen)
    barrier.wait()
    with database.writing() as session:
        return ratings.record(session, desk.teacher, desk.group_id, STAGE, [change])[0]


def _judged(database: Database, played: Sequence[Round]) -> Outcome:
    with database.reading() as session:
        history = session.exec(select(RatingChange).order_by(col(RatingChange.sequence))).all()
        standing = session.exec(select(Rating.level, Rating.revision)).one()
    saved = [(level, one) for both in played for level, one in both.items() if isinstance(one, Saved)]
    conflicts = [one for both in played for one in both.values() if isinstance(one, Conflicted)]
    outcome = Outcome({"rounds": len(played), "receipts: saved": len(saved), "receipts: conflict": len(conflicts)})
    outcome.claim("each round has one conflict, and one only", sum(map(_is_uneven, played)))
    outcome.claim("the history holds a revision a round", _unlike([one.revision for one in history], len(played)))
    told = {(one.change_id, one.revision, level) for level, one in saved}
    outcome.claim(
        "what was said to be saved is in the history",
        len(told ^ {(one.change_id, one.revision, one.to_level) for one in history}),
    )
    stands_there = {(one.to_level, one.revision) for one in history}
    outcome.claim(
        "a conflict names what is on record",
        sum((one.level, one.revision) not in stands_there for one in conflicts),
    )
    outcome.claim("what stands is what was written last", standing != (history[-1].to_level, history[-1].revision))
    return outcome


def _is_uneven(both: Round) -> bool:
    return sorted(type(one).__name__ for one in both.values()) != ["Conflicted", "Saved"]


def _unlike(revisions: Sequence[int], rounds: int) -> int:
    return int(list(revisions) != list(range(1, rounds + 1)))

"""Outcomes as users name them, and how well they want to know one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import BadInput
from experiments.store.columns import TABLES, table_of
from experiments.store.labels import label_of, nearest_column
from scenarios.faults import Fault
from scenarios.reading import read_document

LEADER = "leader"
"""The outcome that is no column: which power's influence in a state is largest."""


@dataclass(frozen=True)
class Asked:
    """An outcome to be known well: `leader` or a column, of a state and power or of all."""

    column: str
    state: str | None = None
    power: str | None = None

    @classmethod
    def read(cls, text: str) -> Asked:
        """Read `COLUMN[:STATE[:POWER]]`; BadInput where it names what there is not.

        >>> Asked.read("leader:UZB")
        Asked(column='leader', state='UZB', power=None)
        """
        column, *keys = text.split(":")
        known = [LEADER, *(name for table in TABLES.values() for name in table.names)]
        if column not in known:
            raise BadInput(f"unknown outcome '{column}'; {nearest_column(column, known)}")
        if len(keys) > 2:  # noqa: PLR2004 (a state and a power)
            raise BadInput(f"outcome '{text}': expected COLUMN[:STATE[:POWER]]")
        table = cls(column).table
        given = zip(("state", "power"), keys, strict=False)
        return cls(column, *(check_label(table, key, label) for key, label in given))

    @property
    def table(self) -> str:
        """The table that it is read from."""
        return "influence" if self.column == LEADER else table_of(self.column).name


@dataclass(frozen=True)
class Precision:
    """Half the width that the 95 % interval of an outcome may have in the last quarter."""

    half_width: float
    outcome: str = "leader"


def check_label(table: str, key: str, label: str) -> str:
    """Return the code of a state or power, given by code or name, that the table has.

    Raises BadInput for one that it does not have.
    """
    if key not in TABLES[table].keys:
        raise BadInput(f"table '{table}' has no {key}")
    return label_of(key, label)


def outcome_faults(file: Path, outcomes: Iterable[str]) -> list[Fault]:
    """Return what is wrong with the outcomes that an experiment file asks for."""
    document = read_document(file, str(file))
    faults = []
    for position, outcome in enumerate(outcomes):
        try:
            Asked.read(outcome)
        except BadInput as wrong:
            faults.append(document.fault(("outcomes", position), str(wrong)))
    return faults

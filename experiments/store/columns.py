"""Every column of the result tables, once: its unit, its range and what it stands for.

The store writes these columns in this order, exports describe them from here, and figures
and reports take their labels from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from scenarios.vocabulary import DOMAIN_COLUMNS, POWERS, STATES


@dataclass(frozen=True)
class Column:
    """A number in a result table; `high` is None where nothing bounds it from above."""

    name: str
    unit: str
    low: float
    high: float | None
    meaning: str

    @property
    def ranged(self) -> str:
        """The unit with the range, once where they are the same.

        >>> column("rivalry").ranged, column("capacity").ranged
        ('0 to 1', 'index, 0 or more')
        """
        ends = (
            f"{self.low:g} to {self.high:g}" if self.high is not None else f"{self.low:g} or more"
        )
        return ends if self.unit[0].isdigit() else f"{self.unit}, {ends}"


@dataclass(frozen=True)
class Table:
    """A result table: what a row is about beside world and quarter, and its numbers."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The number columns' names, in file order."""
        return tuple(column.name for column in self.columns)


def _share(name: str, meaning: str) -> Column:
    return Column(name, "0-1", 0.0, 1.0, meaning)


_RELIANCE = tuple(
    _share(domain, f"share of the state's reliance in {domain} placed on the power")
    for domain in DOMAIN_COLUMNS
)

_INFLUENCE = (
    _share("influence", "influence of the power in the state: reliance weighted by importance"),
    _share("share", "the power's influence as a share of that of all four powers"),
    *_RELIANCE,
    Column("capacity", "index", 0.0, None, "influence capacity: bandwidth times dependence"),
    _share("credibility", "credibility of the power as a protector"),
    _share("basing", "military presence of the power in the state"),
)

_STATES = (
    _share("threat", "threat that the state perceives"),
    Column("incidents", "count", 0.0, None, "violent incidents"),
    Column("attacks_on_chinese_assets", "count", 0.0, None, "incidents that hit Chinese assets"),
    Column(
        "unrest",
        "count",
        0.0,
        None,
        "outbreaks of unrest: 0 or 1 a quarter, up to 4 a year with --every year",
    ),
    Column("debt_to_china", "share of GDP", 0.0, 2.0, "debt to China"),
    Column("remittances", "share of GDP", 0.0, None, "remittances received"),
    _share("sinophobia", "public aversion to China"),
    _share("hedging", "spread of influence over the powers, 1 = even"),
    _share("dominance", "lead of the most influential power over the second"),
    _share("contestation", "evenness of Russian and Chinese influence, 1 = equal"),
    _share("autonomy", "1 less the largest influence, over the most that one power could have"),
    _share("joint_dependence", "Russia's and China's part in all powers' influence"),
    _share("dependency_risk", "reliance on Russia and China, with terms, debt and remittances"),
    Column("bargaining_terms", "0.5-1", 0.5, 1.0, "the state's part of a bargain's surplus"),
)

_REGION = (
    _share("cooperation", "cooperation of Russia and China"),
    _share("competition", "how far the five rely on Russia and China in the same domains"),
    _share("coopetition", "harmonic mean of cooperation and competition"),
    _share("rivalry", "temperature of rivalry; compare, do not read as a level"),
    _share("norm", "strength of the tacit division of labour"),
    Column(
        "division_of_labour",
        "difference of shares",
        -1.0,
        1.0,
        "Russia's part against China in security less that in trade and finance",
    ),
    _share("assertiveness_russia", "Russian assertiveness"),
    _share("assertiveness_china", "Chinese assertiveness"),
    Column("russian_attention", "factor", 0.0, 2.0, "attention Russia has left for the region"),
    Column(
        "stability",
        "index",
        -1.0,
        1.0,
        "1 less threat, incidents of four quarters and unrest of eight",
    ),
    Column("taiwan_hazard", "per year", 0.0, None, "hazard of an escalation over Taiwan"),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "influence": Table("influence", ("state", "power"), _INFLUENCE),
        "states": Table("states", ("state",), _STATES),
        "region": Table("region", (), _REGION),
    }
)

LABELS: Mapping[str, Sequence[str]] = MappingProxyType({"state": STATES, "power": POWERS})
"""What the key columns beside world and quarter can hold, in row order."""

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "scenario": "scenario, by the name of its file",
        "world": "number of the world in the batch, from 0; its rows in worlds.parquet say more",
        "quarter": "first day of the quarter",
        "state": "state of Central Asia: " + " ".join(STATES),
        "power": "power from outside: " + " ".join(POWERS),
        "point": "number of the point in the design of parameters",
        "replicate": "number of the replicate; worlds of one replicate share their noise",
    }
)


def column(name: str) -> Column:
    """Return the column of that name; names are unique over tables (KeyError if none).

    >>> column("debt_to_china").unit
    'share of GDP'
    """
    return by_name()[name]


def by_name() -> dict[str, Column]:
    """Return all number columns of all tables by name."""
    return {column.name: column for table in TABLES.values() for column in table.columns}


def table_of(name: str) -> Table:
    """Return the table that holds the column.

    >>> table_of("rivalry").name
    'region'
    """
    return next(table for table in TABLES.values() if name in table.names)

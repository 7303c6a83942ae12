"""How much a fit computes."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Budget:
    """How much is computed in each stage."""

    points: int = 8192
    screen: int = 4096
    keep: int = 24
    generations: int = 60
    population: int = 128
    noise: int = 4
    refits: int = 2
    moves: int = 100
    chains: int = 128
    steps: int = 200
    """Of the posterior: how often the emulator learns from points of its own, moves on it between
    two runs of the hindcast, chains, and steps of each that count."""
    members: int = 600
    pairs: int = 2
    """Mirrored pairs of replicates a point."""
    method: str = "posterior"

    def shortened(self, method: str) -> Budget:
        """The same budget without the stages that a method leaves out.

        `matching` stops at points that the record does not rule out, `optimum` at the best
        point: their members are the plausible points, and the best points of the last
        populations.
        """
        return replace(self, method=method)


QUICK = Budget(
    points=2048, screen=2048, keep=16, generations=25, population=128, noise=3, refits=1,
    chains=64, steps=200, members=512, pairs=1,
)  # fmt: skip
"""For each origin of a backtest."""

"""Russia and China between themselves: cooperation and competition, two stocks, never one axis."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CHN,
    CONTESTED,
    POWERS,
    RUS,
    SECURITY,
    EffortOfAll,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules import dependence
from agents.rules.bounds import ZERO, unit
from model.influence import Influence
from scenarios.registry import Numbers
from scenarios.vocabulary import POWERS as POWER_CODES

ROUNDS = 12
"""Rounds in which the two assertivenesses find their rest; each shrinks the error eightfold."""


class Coopetition:
    """`cooperation`, `competition`, `rivalry`, `norm` and both assertivenesses, 0-1, by world."""

    def __init__(
        self,
        parameters: Numbers,
        now: Numbers,
        attention: Worlds,
        reliance: RelianceOfAll,
        exposed: StateWorlds,
        influence: Influence,
    ) -> None:
        """Start at rest: where the first quarter's shares and drivers would hold it for ever.

        `exposed` are Chinese assets under threat, by state.
        """
        p = self.parameters = parameters
        self.erosion = p.norm_erosion * p.world_norm_erosion
        security, absence = self._regional(reliance[SECURITY, CHN]), absent(attention)
        self.russia = self.china = np.zeros(1)
        for _ in range(ROUNDS):
            self.russia, self.china = (
                self._russian_level(now, attention, security, np.zeros(1)),
                self._chinese_level(now, absence, security),
            )
        self.competition = competition(reliance, p)
        russian, chinese = self._regional(influence.value[: CHN + 1])
        part = chinese / (chinese + russian)
        self.cooperation = cooperation_level(now, self._strain, self.competition, part, p)
        repair = p.norm_repair * self.cooperation
        self.norm = repair / (repair + self._wear(absence, exposed, np.zeros(1)))
        self.rivalry = self._rivalry()

    @property
    def assertiveness(self) -> Shaped:
        """(power, worlds): that of Russia and China; the others have none."""
        wide = max(self.russia.shape[-1], self.china.shape[-1])
        result = np.zeros_like(self.russia, shape=(len(POWER_CODES), wide))
        result[RUS], result[CHN] = self.russia, self.china
        return result

    @property
    def balance(self) -> Worlds:
        """Coopetition: high only where cooperation and competition are both high (claim 10)."""
        c, k = self.cooperation, self.competition
        return 2 * c * k / (c + k)

    def drift(
        self,
        now: Numbers,
        attention: Worlds,
        reliance: RelianceOfAll,
        exposed: StateWorlds,
        attacks: StateWorlds,
        influence: Influence,
        claimed: EffortOfAll,
    ) -> None:
        """One quarter: competition is read off, the rest moves towards where it is drawn.

        `claimed` are the shares that powers count as their own.
        """
        p = self.parameters
        security, absence = self._regional(reliance[SECURITY, CHN]), absent(attention)
        russian, chinese = self._regional(influence.value[: CHN + 1])
        struck = np.minimum(attacks.sum(axis=0), p.incident_saturation)
        lost = status_lost(self._regional(influence.remembered), russian)
        toward_russian = self._russian_level(now, attention, security, lost) - self.russia
        toward_chinese = self._chinese_level(now, absence, security) - self.china
        alarmed = self.china + p.assertive_attack * struck
        sought = reliance.copy()
        sought[CONTESTED, POWERS] = claimed
        self.competition = competition(sought, p)
        self.russia = unit(self.russia + p.assertive_speed_russia * toward_russian)
        self.china = unit(alarmed + p.assertive_speed_china * toward_chinese)
        wear = self._wear(absence, exposed, struck)
        repair = p.norm_repair * self.cooperation
        self.norm = unit(self.norm + repair * (1 - self.norm) - wear * self.norm)
        part = chinese / (chinese + russian)
        level = cooperation_level(now, self._strain, self.competition, part, p)
        self.cooperation = unit(self.cooperation + p.cooperation_speed * (level - self.cooperation))
        self.rivalry = self._rivalry()

    @property
    def _strain(self) -> Worlds:
        return self.russia + self.china

    def _regional(self, by_state: Shaped) -> Shaped:
        """Mean over the states, weighed; states are the last axis but one."""
        return (self.parameters.state_weight * by_state).sum(axis=-2)

    def _russian_level(
        self, now: Numbers, attention: Worlds, china_security: Worlds, lost: Worlds
    ) -> Worlds:
        """Assertiveness that China's security share and lost status call for (claims 8, 26, 27)."""
        p = self.parameters
        free = attention * (1 - p.dependence_base - p.dependence_sanctions * now.sanctions)
        felt = p.assertive_security_share * china_security + p.assertive_status_loss * lost
        reaction = free * (felt + p.assertive_base) * p.world_russian_reaction
        return unit(reaction + p.assertive_echo * self.china)

    def _chinese_level(self, now: Numbers, absence: Worlds, china_security: Worlds) -> Worlds:
        """Assertiveness that Russia's own and its absence call for (Richardson 1960)."""
        p = self.parameters
        vacuum = p.china_vacuum * absence * china_security
        restraint = p.china_taiwan * now.taiwan_tension
        return unit(p.china_echo * self.russia + vacuum + p.china_base - restraint)

    def _wear(self, absence: Worlds, exposed: StateWorlds, struck: Worlds) -> Worlds:
        """Wear of the division of labour a quarter (claims 1, 26, 29)."""
        p = self.parameters
        return self.erosion * (
            p.norm_assets * self._regional(exposed)
            + p.norm_attacks * struck
            + p.norm_absence * absence
            + p.norm_assertive * self.russia
        )

    def _rivalry(self) -> Worlds:
        """Rivalry temperature, 0-1; it has no unit: compare ranks and differences (claim 12)."""
        p = self.parameters
        calm = p.rivalry_cooperation * (self.cooperation - p.rivalry_middle)
        heat = p.rivalry_competition * self.competition + p.rivalry_assertive * self._strain
        return unit(heat - calm + p.rivalry_norm * (1 - self.norm))


def absent(attention: Worlds) -> Worlds:
    """How far Russia is absent from the region: what its attention lacks, at least nothing."""
    return np.maximum(1 - attention, ZERO)


def status_lost(remembered: Worlds, influence: Worlds) -> Worlds:
    """Part of the influence that Russia counts as its own which it has lost (claim 8).

    >>> status_lost(np.array([0.5]), np.array([0.4])).round(3)
    array([0.2])
    """
    return (remembered - influence) / remembered


def competition(reliance: RelianceOfAll, p: Numbers) -> Worlds:
    """Competition, 0-1: both powers claim the same domains of the same states.

    What a power has lost it goes on claiming for years (claim 25), so that China's entry into what
    Russia held is competition even where Russia recedes (claim 39).
    """
    crowding = dependence.crowding(
        reliance, p.competition_overlap, p.competition_product, p.domain_weight
    )
    return unit((p.state_weight * crowding).sum(axis=0))


def cooperation_level(
    now: Numbers, strain: Worlds, competition: Worlds, chinese_part: Worlds, p: Numbers
) -> Worlds:
    """Cooperation that circumstances call for (claims 9, 16, 37).

    A common opponent brings them together, but less and less as China's part of their joint
    influence grows, and in the end drives them apart: Russia first saw China as balancing the
    West, later as a challenge.
    """
    west = p.cooperation_west * (1 - p.cooperation_turn * chinese_part)
    engaged = (p.state_weight * now.western_engagement).sum(axis=0)
    return (
        p.cooperation_base
        + p.cooperation_sanctions * now.sanctions
        + west * engaged
        + p.cooperation_threat * now.afghanistan_instability
        + p.cooperation_taiwan * now.taiwan_tension
        - p.cooperation_assertive * strain
        - p.cooperation_competition * competition
    )

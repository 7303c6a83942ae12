"""The region: nine agents, and what happens between them in a quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Protocol, runtime_checkable

import mesa
import numpy as np
from numpy.typing import NDArray

from agents.axes import CHN, FINANCE, LABOUR, QUARTER, RUS, TRADE, RelianceOfAll, Worlds
from agents.behaviours import BEHAVIOURS
from agents.outlook import Outlook
from agents.power import Power
from agents.powers import Powers
from agents.roster import Kinds, roster, usual
from agents.rules.effort import russian_attention
from agents.rules.record import Seen, Taken
from agents.state import State, States
from model.calendar import Calendar
from model.coopetition import Coopetition
from model.crises import Crises
from model.drivers import NOISY, Drivers
from model.incidents import Incidents, exposure
from model.influence import Influence
from model.noise import Noise, expect_worlds, seed_of
from model.past import Past
from model.stocks import Stocks
from model.uncertainty import draw_said, parameters_of_worlds
from scenarios.load import load_scenario
from scenarios.scenario import Scenario
from scenarios.uncertain import certain, realised
from scenarios.vocabulary import FIRST_YEAR, POWERS, QUARTERS, STATES

FloatArray = NDArray[np.float64]
COLLECTED = {
    **{name: f"coopetition.{name}" for name in ("cooperation", "competition", "rivalry", "norm")},
    "assertiveness_russia": "coopetition.russia",
    "assertiveness_china": "coopetition.china",
    "russian_attention": "attention",
}
"""What Mesa's DataCollector collects of a region that has no recorder, and where it stands."""


@runtime_checkable
class Records(Protocol):
    """What takes a region's quarters down, as a batch's `model.recorder.Recorder` does."""

    def open(self, quarter: int) -> None:
        """Prepare for a quarter."""

    def record(self, region: Region) -> None:
        """Take down what the region holds."""


class Region(mesa.Model):
    """Russia, China, the West and the regional powers around five states, in parallel worlds.

    Every number is an array whose last axis are the worlds; one world is a block of one. World
    i of a region has replicate number `replicate + i`: its luck depends on the seed and that
    number alone.
    """

    def __init__(  # noqa: PLR0913 (each by its name)
        self,
        *,
        spec: str | Scenario = "baseline",
        worlds: int = 1,
        rng: int | np.random.SeedSequence | None = None,
        replicate: int = 0,
        parameters: Mapping[str, FloatArray] | None = None,
        record_until: int | None = None,
        agents: Kinds | None = None,
        noise: Noise | None = None,
        recorder: Records | None = None,
    ) -> None:
        """Stand before the first quarter of a scenario (a name, a file or one already loaded).

        `rng` is the seed and means what `--seed` means. `parameters` are arrays by name with
        worlds last, stronger than what the scenario sets; that is stronger than what the
        replicates draw: judgement, and members of the posterior. No figure of a year later than
        `record_until` is used, and no posterior that knows one. `agents` are classes of one's own
        by code. `noise` and `recorder` serve batches.
        Raises FaultyInput for a scenario that cannot be read, and ValueError for worlds, parameters
        or agents that cannot be, and for lists in a scenario, which only a batch can cross.
        """
        expect_worlds(worlds)
        super().__init__(rng=rng)
        self.spec = load_scenario(spec) if isinstance(spec, str) else spec
        if record_until is not None:
            self.spec = replace(self.spec, record_until=record_until)
        self.kinds = roster(agents, self.spec.behaviours)
        replicates = np.arange(replicate, replicate + worlds)
        self.noise = noise or Noise(seed_of(rng), replicates, QUARTERS)
        self.worlds = len(self.noise.replicates)
        whose = self.noise.seed, self.noise.replicates
        self.spec = realised(self.spec, self._drawn(parameters or {}))
        said = self.spec.parameters, self.spec.record_until
        self.parameters = parameters_of_worlds(certain(parameters or {}), *whose, *said)
        self.recorder = recorder
        self.drivers = Drivers(self.spec, self.parameters)
        self.calendar = Calendar(self.parameters, self.drivers)
        self.past = Past(self.spec, self._lived)
        self.on_record: Seen | Taken | None = None
        self._populate()
        self._settle()
        reporters = {name: partial(collected, path) for name, path in COLLECTED.items()}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)  # type: ignore[no-untyped-call]

    def _drawn(self, given: Mapping[str, FloatArray]) -> Mapping[str, FloatArray]:
        """What the scenario leaves open, as it was given or as worlds draw it."""
        left = {
            name: self.spec.parameters[name] for name in self.spec.uncertain if name not in given
        }
        return {**given, **draw_said(left, self.noise.seed, self.noise.replicates)}

    def step(self) -> None:
        """One quarter.

        The drivers move on (A); the region responds (B to G); the recorder takes it down (H).
        """
        self.advance()
        self.respond()
        self.record()

    def step_to(self, quarter: int) -> None:
        """Step until a quarter has been stepped."""
        while self.quarter < quarter:
            self.step()

    def respond(self) -> None:
        """All that follows from luck and drivers, by rules that are pure functions of arrays.

        Incomes grow (A); incidents and crises happen (B); powers budget (C)
        and offer (D); states all weigh, then all rebalance, so that order never matters (E);
        stocks build up (F); influence is measured and the two powers' relationship drifts (G).
        """
        self.grow()
        self.strike()
        outlook = self.outlook()
        self.powers.budget(outlook)
        self.powers.offer(outlook)
        outlook.offers = self.powers.standing
        self.states.weigh(outlook)
        self.states.rebalance(outlook, self.draw.shares, self.unease())
        self.note(outlook)
        self.powers.remember(self.reliance)
        self.stocks.accumulate(self.drivers, self.attention, self.reliance)
        lent, luck = self.reliance[FINANCE, CHN], self.draw.shares[FINANCE, CHN]
        self.stocks.borrow(self.drivers.now, lent, self.on_record, luck)
        self.measure()

    def note(self, outlook: Outlook) -> None:
        """Do nothing with what the states saw; for regions that are run to see it."""

    @property
    def quarter(self) -> int:
        """The quarter that was stepped last (0 = 2000-Q1); one before the start at first."""
        return self.drivers.quarter

    @property
    def nine(self) -> list[Power | State]:
        """The agents: states, then powers."""
        return [*self.states.members, *self.powers.members]

    @property
    def parts(self) -> dict[str, object]:
        """What responds, by name: agents, and what happens between them.

        An agent whose class is not the model's own may hold what lasts, and stands by itself.
        """
        names = ("states", "powers", "stocks", "incidents", "crises", "influence", "coopetition")
        kinds = usual()
        own = {each.code: each for each in self.nine if type(each) is not kinds[each.code]}
        return {name: getattr(self, name) for name in names} | own

    def advance(self) -> None:
        """Take the quarter's luck, and let the drivers move on, with what follows from them (A)."""
        quarter = self.drivers.quarter + 1
        self._take_up(quarter)
        self.draw = self.noise.quarter(quarter)
        self.on_record = self.past.seen(quarter)
        self.drivers.advance(self.draw.events, self._driver_shocks(quarter))
        self.foreseen = self.calendar.foreseen()
        self.running = quarter < self.spec.end

    def grow(self) -> None:
        """Let incomes grow, and migrants send money home (A)."""
        now, p = self.drivers.now, self.parameters
        self.attention = self._attention()
        growth = (now.russia_growth, now.china_growth, p.west_growth)
        others = (p.regional_growth,) * (len(POWERS) - len(growth))
        self.powers.grow((*growth, *others), self.draw.growth)
        luck = self.draw.shares[LABOUR, RUS]
        self.stocks.migrate(now, self.powers.income[RUS], self.reliance, self.on_record, luck)

    def strike(self) -> None:
        """Let incidents, crises and restructured debts happen (B)."""
        self.stocks.strike(self.drivers, self.reliance)
        self.incidents.occur(
            self.drivers,
            self.draw,
            self.reliance,
            self.crises.credibility,
            self.stocks.basing,
            self.stocks.handed_over,
            self.crises.unrest,
        )
        self.crises.occur(self.drivers, self.draw, self.attention, self.reliance)

    def measure(self) -> None:
        """Measure influence, and let Russia and China react to it (G)."""
        self.influence.measure(self.reliance, self.incidents.threat, self.stocks.remittances)
        self.coopetition.drift(
            self.drivers.now,
            self.attention,
            self.reliance,
            self.incidents.exposure * self.incidents.threat,
            self.incidents.attacks,
            self.influence,
            self.powers.reference,
        )
        self.bargain()

    def bargain(self) -> None:
        """Settle on what terms the states deal with the powers (G)."""
        together = self.drivers.now.cooperation_of_five
        self.influence.bargain(self.reliance, self.coopetition.cooperation, together)

    def record(self) -> None:
        """Hand the quarter to the batch's recorder, or to Mesa's collector without one (H)."""
        if self.recorder is None:
            self.datacollector.collect(self)  # type: ignore[no-untyped-call]
        else:
            self.recorder.open(self.quarter)
            self.recorder.record(self)

    def outlook(self) -> Outlook:
        """What the agents see this quarter."""
        circumstances, openings, favours = self.calendar.pulls(self.foreseen)
        return Outlook(
            now=self.drivers.now,
            first=self.drivers.first,
            attention=self.attention,
            circumstances=circumstances,
            openings=openings,
            favours=favours,
            income_pull=self._income_elasticity * self.powers.income[:, np.newaxis],
            incomes=self.powers.income,
            reliance=self.reliance,
            influence=self.influence.value,
            influence_felt=self.influence.felt,
            terms=self.influence.terms,
            threat=self.incidents.threat,
            attacks=self.incidents.attacks,
            exposure=self.incidents.exposure,
            credibility=self.crises.credibility,
            access=self.stocks.access,
            basing=self.stocks.basing,
            grievance=self.stocks.grievance,
            debt=self.stocks.debt,
            remittances=self.stocks.remittances,
            distress=self.stocks.distress,
            state_income=self.stocks.income,
            norm=self.coopetition.norm,
            assertiveness=self.coopetition.assertiveness,
            offers=self.powers.standing,
            seen=self.on_record,
        )

    @property
    def reliance(self) -> RelianceOfAll:
        """Reliance of all states: (domain, option, state, worlds)."""
        return self.states.reliance

    def unease(self) -> FloatArray:
        """Noise on the states' moods."""
        return self.parameters.sinophobia_noise * self.draw.moods

    def _take_up(self, quarter: int) -> None:
        """Let each agent behave as the scenario says of a quarter; what it holds stays.

        Scenarios that part where one of them takes up a behaviour share their agents until then.
        """
        due = {each.agent: each for each in self.spec.behaviours if each.quarter <= quarter}
        for agent in self.nine:
            said = due.get(agent.code)
            kind = (
                BEHAVIOURS[said.name] if said and said.name != "usual" else self.kinds[agent.code]
            )
            if type(agent) is not kind:
                agent.__class__ = kind
                agent.since = FIRST_YEAR + (said.quarter if said else 0) * QUARTER

    def _lived(self, spec: Scenario, last: int) -> list[Taken]:
        """The luck that going through the record took from the same worlds, had a past been so."""
        noise = Noise(self.noise.seed, self.noise.replicates, states=self.noise.states)
        parameters = vars(self.parameters)
        other = Witness(spec=spec, parameters=parameters, agents=self.kinds, noise=noise)
        while other.quarter < last:
            other.advance()
            other.respond()
        return other.luck

    def _populate(self) -> None:
        p = self.parameters
        five = [self.kinds[code](self, code=code) for code in STATES]
        four = [self.kinds[code](self, parameters=p) for code in POWERS]
        self.states = States(five, parameters=p, worlds=self.worlds)
        self.powers = Powers(four, parameters=p, reliance=self.states.reliance)
        earned = np.insert(p.income_elasticity, TRADE, 0, axis=0)  # trade counts incomes in dollars
        self._income_elasticity = earned[:, :, np.newaxis]

    def _settle(self) -> None:
        """Make everything consistent with the first shares, so that the start is at rest."""
        p, now = self.parameters, self.drivers.now
        self.attention = self._attention()
        self.stocks = Stocks(p, now, self.attention, self.reliance)
        self.stocks.inherit(self.drivers.past(), self.reliance[FINANCE, CHN])
        self.incidents = Incidents(p, now, self.worlds)
        self.incidents.exposure = exposure(self.reliance, p)
        self.crises = Crises(p, now, self.reliance)
        sent = self.stocks.remittances
        self.influence = Influence(p, self.reliance, self.incidents.threat, sent)
        exposed = self.incidents.exposure * self.incidents.threat
        self.coopetition = Coopetition(
            p, now, self.attention, self.reliance, exposed, self.influence
        )
        self.bargain()
        self.foreseen = self.calendar.foreseen()
        outlook = self.outlook()
        self.powers.settle(outlook)
        outlook.offers = self.powers.standing
        self.states.see_first(outlook)

    def _attention(self) -> Worlds:
        p, now = self.parameters, self.drivers.now
        cost = p.attention_cost * p.world_attention_cost
        return russian_attention(
            now.ukraine_conflict, cost, p.attention_least, now.attention_override
        )

    def _driver_shocks(self, quarter: int) -> FloatArray | None:
        if not self.parameters.driver_noise.any():
            return None
        return self.noise.on_drivers(quarter, len(NOISY))


class Witness(Region):
    """A region whose factual past is lived through for the luck that each of its quarters took."""

    luck: list[Taken]

    def note(self, outlook: Outlook) -> None:
        """Keep the luck that it took to go through the record."""
        if self.quarter == self.spec.start:
            self.luck = []
        none = np.zeros((*self.reliance.shape[:-1], 1))
        missed = none if outlook.missed is None else outlook.missed
        self.luck.append(Taken(missed, self.stocks.windfall, self.stocks.owed))


def collected(path: str, region: Region) -> float | Worlds:
    """A number of the region as Mesa has it: a float for a single world, else over worlds."""
    values: Worlds = attrgetter(path)(region)
    return float(values[0]) if region.worlds == 1 else values

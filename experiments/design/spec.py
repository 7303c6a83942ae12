"""What is asked of a run: one model, which a command line, a call and a file all become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from experiments.design.asked import LEADER, outcome_faults
from experiments.design.settings import in_floats
from experiments.errors import BadInput, as_float
from scenarios.experiment import Experiment, is_experiment, load_experiment
from scenarios.faults import FaultyInput, nearest
from scenarios.frames import frame_of
from scenarios.reading import described
from scenarios.run_options import NameOrPath, RunOptions
from scenarios.scenario import Scenario
from scenarios.shapes import Checked, wrong
from scenarios.wording import EXPECTED


def _given(kinds: Any, expected: str) -> Checked:  # noqa: ANN401 (types, as isinstance takes them)
    """The type of what Python hands over as it is, such as a `Scenario`."""

    def check(value: object) -> object:
        if not isinstance(value, kinds):
            raise wrong(f"expected {expected}, got {described(value)}")
        return value

    return Checked(check, {"type": "string"})


def _some(scenarios: tuple[Any, ...]) -> tuple[Any, ...]:
    if not scenarios:
        raise wrong("no scenario given; `crossroads scenarios` lists them")
    return scenarios


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(number := as_float(value), Real):
        raise wrong(f"expected a number, got {described(value)}")
    return number


def _settings(value: object) -> object:
    if not isinstance(value, Mapping):
        raise wrong(f"expected a mapping of parameters to values, got {described(value)}")
    return {name: in_floats(each) for name, each in value.items()}


class RunSpec(RunOptions):
    """All that is asked of a run; BadInput, with every fault, where it cannot be.

    A new option is a field, here or (if experiment files have it) in `RunOptions`: the command
    line and `run` take it from here.
    """

    model_config = ConfigDict(frozen=True)

    scenarios: Annotated[
        tuple[
            Annotated[
                str | Path | Scenario,
                _given(str | Path | Scenario, "a scenario's name or path"),
            ],
            ...,
        ],
        Field(strict=False),
        AfterValidator(_some),
    ]
    settings: Annotated[Mapping[str, Any], Checked(_settings, {"type": "object"})] = Field(
        default={},
        description="A parameter: VALUE, LOW:HIGH or A,B,C.",
        json_schema_extra={"option": "--set", "metavar": "NAME=VALUE"},
    )
    parameters: NameOrPath = Field(
        default=None,
        description="Other values, a table of draws, or `registry`. [default: the shipped "
        "posterior]",
    )
    precision: Annotated[float | None, Checked(_number, {"type": "number"})] = Field(
        default=None, description="Add worlds until the 95 % interval is +/- this."
    )
    outcome: Annotated[str, _given(str, "COLUMN[:STATE[:POWER]]")] = Field(
        default=LEADER,
        description="What --precision is about: COLUMN[:STATE[:POWER]] (leader).",
    )
    agents: Annotated[
        Mapping[str, Any], _given(Mapping, 'classes by code, such as {"RUS": MyRussia},')
    ] = Field(
        default={},
        description="An agent of your own, from your own file; repeatable.",
        json_schema_extra={"option": "--agents", "metavar": "CODE=FILE:CLASS"},
    )
    folders: Annotated[
        tuple[Annotated[str | Path, _given(str | Path, "a folder")], ...], Field(strict=False)
    ] = Field(
        default=(),
        description="Look for scenarios here too.",
        json_schema_extra={"option": "--scenarios", "metavar": "DIR"},
    )

    def __init__(
        self,
        scenarios: Sequence[str | Path | Scenario],
        **options: Any,  # noqa: ANN401 (whatever Python hands over)
    ) -> None:
        """Check what is given; None leaves an option as it is by default."""
        fields = type(self).model_fields
        given = {
            name: each
            for name, each in options.items()
            if each is not None or name not in fields or fields[name].default is not None
        }
        try:
            super().__init__(**{**given, "scenarios": scenarios})
        except ValidationError as refused:
            raise BadInput(*map(_said, refused.errors(include_url=False))) from None


def _said(error: Any) -> str:  # noqa: ANN401 (pydantic's own dictionary)
    """Say what is wrong with an option, as the command line or Python names it."""
    name, value = error["loc"][0], error["input"]
    if error["type"] == "extra_forbidden":
        return f"unknown option '{name}'; {nearest(name, RunSpec.model_fields)}"
    kind = EXPECTED.get(error["type"])
    message = f"expected {kind}, got {described(value)}" if kind else error["msg"]
    if name == "scenarios":
        return str(message)
    plain = name in {"settings", "folders", "agents"}
    return f"{name if plain else '--' + name.replace('_', '-')}: {message}"


def read_spec(
    scenarios: Sequence[str | Path | Scenario],
    options: Mapping[str, Any],
) -> tuple[RunSpec, Experiment | None]:
    """Return what is asked for, and the experiment file that asked, if one did.

    What is given beside an experiment file is stronger than what stands in it.
    """
    spec = RunSpec(scenarios, **options)
    given = [path for path in map(_path, scenarios) if path and is_experiment(path)]
    if not given:
        return spec, None
    if len(scenarios) > 1:
        raise BadInput(f"{given[0]}: an experiment file stands alone")
    asked = load_experiment(given[0], folders=spec.folders)
    with frame_of(asked.options.get("extras", ())).used():
        if faults := outcome_faults(given[0], asked.outcomes):
            raise FaultyInput(faults)
    own = {name: getattr(spec, name) for name in spec.model_fields_set - {"scenarios"}}
    both = {
        name: {**asked.options.get(name, {}), **getattr(spec, name)}
        for name in ("settings", "agents")
    }
    return RunSpec(asked.scenarios, **{**asked.options, **own, **both}), asked


def _path(given: str | Path | Scenario) -> Path | None:
    """Return a scenario's path if it was given by one."""
    if not isinstance(given, str | Path) or Path(given).suffix not in {".yaml", ".yml"}:
        return None
    return Path(given) if Path(given).is_file() else None

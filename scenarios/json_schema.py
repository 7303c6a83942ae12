"""JSON Schema of scenario and experiment files, for editors that complete and check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scenarios.experiment import experiment_file
from scenarios.library import LIBRARY
from scenarios.parameters import load_parameters
from scenarios.schema import scenario_file

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCENARIO, EXPERIMENT = "scenario", "experiment"


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema of scenario or of experiment files, parameters and drivers by name."""
    models: dict[str, type[BaseModel]] = {
        SCENARIO: scenario_file(),
        EXPERIMENT: experiment_file(),
    }
    schema = models[kind].model_json_schema()
    _tidy(schema)
    parameters = schema["properties"]["parameters"]
    value = parameters.pop("additionalProperties")
    schema["$defs"]["ParameterValue"] = value
    parameters["additionalProperties"] = False
    parameters["properties"] = {
        name: {
            "$ref": "#/$defs/ParameterValue",
            "description": f"{leaf.about} ({leaf.unit})",
        }
        for name, leaf in load_parameters().leaves.items()
    }
    return {"$schema": DRAFT, **schema, "title": f"Crossroads {kind}"}


def _tidy(schema: Any) -> None:  # noqa: ANN401
    """Forbid what is not said, and drop defaults that editors would write out."""
    for each in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(each, (dict, list)):
            _tidy(each)
    if isinstance(schema, dict) and schema.get("default", 0) in (None, {}, [], ""):
        del schema["default"]
    if isinstance(schema, dict) and isinstance(schema.get("patternProperties"), dict):
        schema |= {"additionalProperties": False, "minProperties": 1}


def schema_text(kind: str) -> str:
    """The schema as its file holds it."""
    return json.dumps(schema_of(kind), indent=1, ensure_ascii=False) + "\n"


def schema_file(kind: str) -> Path:
    """Where the shipped schema lies; library files point to it."""
    return LIBRARY / f"{kind}.schema.json"

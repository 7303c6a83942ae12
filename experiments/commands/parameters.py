"""The command that lists the model's parameters, or those that a word is about."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import AsJson
from experiments.errors import BadInput

if TYPE_CHECKING:
    from scenarios.registry import Leaf

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[WORD...]", help="Only those whose name or text has these (all)."),
]

Search = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="What you mean, such as 'C5+1': prints what to write."),
]


def parameters(words: Words = None, *, search: Search = None, as_json: AsJson = False) -> None:
    """List every parameter of the model, or those of a WORD, with value, range, unit and source.

    Over worlds a number is tuned (drawn from the shipped posterior, whose median and 90 % are
    given too), varies (over its range, or as its spread says), or is exact (and says why).
    --search looks among phrases, drivers, events and parameters alike.
    """
    if search is not None:
        if words:
            raise BadInput("WORD and --search cannot stand together: --search looks everywhere")
        _print_found(_searched(search), as_json=as_json)
        return
    from scenarios.parameters import load_parameters

    leaves = _asked(list(load_parameters().leaves.values()), words or [])
    found = [_described(leaf) for leaf in leaves]
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    about = ""
    for each in found:
        if each["about"] != about:
            about = each["about"]
            print("\n{about} ({unit}; {source})".format(**each))
        line = "  {name:<44} {value:>9.4g}   {low:.4g} to {high:.4g}".format(**each)
        print(f"{line}   {_over_worlds(each)}")
    parts = Counter(each["over_worlds"] for each in found)
    line = "{varies} numbers vary over worlds, {tuned} are tuned, {exact} are exact"
    print(f"\n{line.format_map(parts)}")


def _searched(text: str) -> list[dict[str, str]]:
    """What is about a text in every list: what it is, its name and what to write."""
    from scenarios.event_types import EVENT_TYPES
    from scenarios.faults import nearest
    from scenarios.parameters import load_parameters
    from scenarios.phrases import PHRASES, phrases_about
    from scenarios.vocabulary import DRIVERS, instead

    words = text.casefold().split()
    rows = [("phrase", meant, written) for meant, written in phrases_about(text).items()]
    rows += [
        ("driver", driver.name, instead(driver.name).rpartition("it is ")[2])
        for driver in DRIVERS.values()
        if _has(words, driver.name, driver.meaning, driver.anchors)
    ]
    for kind in EVENT_TYPES.values():
        if _has(words, kind.name, kind.meaning):
            keys = ", ".join(f"{key}: ..." for key in ("quarter", *kind.needs))
            rows.append(("event", kind.name, f"events: [{{type: {kind.name}, {keys}}}]"))
    for leaf in load_parameters().leaves.values():
        if _has(words, leaf.name, leaf.about):
            bounds = f"{{low: {leaf.low:g}, high: {leaf.high:g}}}"
            rows.append(("parameter", leaf.name, f"parameters: {{{leaf.name}: {bounds}}}"))
    if not words or not rows:
        names = [*DRIVERS, *EVENT_TYPES, *(part for each in PHRASES for part in each.split(", "))]
        raise BadInput(f"nothing is about '{text}'; {nearest(text, names)}")
    return [dict(zip(("kind", "name", "write"), row, strict=True)) for row in rows]


def _has(words: list[str], *texts: str) -> bool:
    """Whether a name and its meaning hold all of some words."""
    text = " ".join((*texts, texts[0].replace("_", " "))).casefold()
    return all(word in text for word in words)


def _print_found(found: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for each in found:
        print("{kind}: {name}".format(**each))
        print("".join(f"  {line}\n" for line in each["write"].splitlines()), end="")


def _over_worlds(found: dict[str, Any]) -> str:
    """Say how a number varies over worlds."""
    if found["exact"]:
        return f"exact: {found['exact']}"
    if known := found["posterior"]:
        return "tuned: {q50:.4g} ({q05:.4g} to {q95:.4g})".format(**known)
    return "varies" if found["spread"] == "range" else f"varies ({found['spread']})"


def _asked(leaves: list[Leaf], words: list[str]) -> list[Leaf]:
    """Return the numbers whose name or text has all of some words; BadInput where none has."""
    wanted = [word.casefold() for word in words]
    found = [leaf for leaf in leaves if all(word in _text(leaf) for word in wanted)]
    if not found:
        from scenarios.faults import nearest
        from scenarios.vocabulary import instead

        if told := instead("_".join(wanted)):
            raise BadInput(told)
        names = dict.fromkeys(leaf.name.split(".")[0] for leaf in leaves)
        near = nearest("_".join(wanted), names)
        hint = near if near.startswith("did") else "without a word all are listed"
        raise BadInput(f"no parameter is about '{' '.join(words)}'; {hint}")
    return found


def _text(leaf: Leaf) -> str:
    return f"{leaf.name} {leaf.name.replace('_', ' ')} {leaf.about}".casefold()


def _described(leaf: Leaf) -> dict[str, Any]:
    known = _posterior(leaf.name)
    how = "tuned" if known else "exact" if leaf.exact else "varies"
    return asdict(leaf) | {"over_worlds": how, "posterior": known}


def _posterior(name: str) -> dict[str, float] | None:
    """Quantiles of a parameter in the shipped posterior; None if it was not tuned."""
    import numpy as np

    from scenarios.posterior import load_posterior

    members = load_posterior().members.get(name)
    if members is None:
        return None
    low, middle, high = np.quantile(members, (0.05, 0.5, 0.95))
    return {"q05": float(low), "q50": float(middle), "q95": float(high)}

"""Makes `experiments/figures/borders.geojson`: the five states and neighbours.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python tests/borders.py package/countries-50m.json

world-atlas (ISC licence) holds Natural Earth's public-domain outlines at 1:50m as TopoJSON. The
result is part of the project; nothing is fetched when maps are drawn.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Point = tuple[float, float]

COUNTRIES = {
    "398": "KAZ",
    "417": "KGZ",
    "762": "TJK",
    "795": "TKM",
    "860": "UZB",
    "643": "RUS",
    "156": "CHN",
    "004": "AFG",
    "364": "IRN",
    "586": "PAK",
    "031": "AZE",
    "356": "IND",
    "496": "MNG",
}
"""ISO numeric codes, as world-atlas has them, and the codes that the project uses."""
WEST, SOUTH, EAST, NORTH = 40.0, 30.0, 95.0, 58.0
"""What the map shows, in degrees; the rest is cut off."""
TARGET = Path(__file__).parents[1] / "experiments/figures/borders.geojson"
ATTRIBUTION = (
    "Made with Natural Earth (public domain, 1:50m), by way of the npm package world-atlas"
)


def decoded(topology: Json) -> list[list[Point]]:
    """Return the arcs of a topology as points in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round(x * sx + tx, 3), round(y * sy + ty, 3)))
        found.append(points)
    return found


def ring_of(places: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Return a ring from its arcs; a negative place is an arc run backwards.

    >>> ring_of([0, -2], [[(0, 0), (1, 0)], [(0, 0), (1, 0)]])
    [(0, 0), (1, 0), (0, 0)]
    """
    points: list[Point] = []
    for place in places:
        arc = arcs[place] if place >= 0 else arcs[~place][::-1]
        points += arc[1:] if points else arc
    return points


def polygons(geometry: Json, arcs: list[list[Point]]) -> Iterator[list[list[Point]]]:
    """Yield the polygons of a country that the map shows, each a list of rings."""
    single = geometry["type"] == "Polygon"
    for polygon in [geometry["arcs"]] if single else geometry["arcs"]:
        rings = [clipped(ring_of(places, arcs)) for places in polygon]
        if rings[0]:
            yield [ring for ring in rings if ring]


def clipped(ring: list[Point]) -> list[Point]:
    """Return the part of a ring that the map shows (Sutherland and Hodgman 1974).

    >>> clipped([(90.0, 40.0), (100.0, 40.0), (90.0, 50.0), (90.0, 40.0)])[1]
    (95.0, 40.0)
    """
    for axis, edge, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        kept: list[Point] = []
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            inside = sign * (one[axis] - edge) >= 0
            if inside:
                kept.append(one)
            if inside != (sign * (other[axis] - edge) >= 0):
                kept.append(_crossing(one, other, axis, edge))
        ring = kept
    return ring


def _crossing(one: Point, other: Point, axis: int, edge: float) -> Point:
    """Return where the line between two points meets an edge."""
    part = (edge - one[axis]) / (other[axis] - one[axis])
    x, y = (round(a + part * (b - a), 3) for a, b in zip(one, other, strict=True))
    return (edge, y) if axis == 0 else (x, edge)


def collection(topology: Json) -> Json:
    """Return the countries of the map as GeoJSON."""
    arcs = decoded(topology)
    features: list[Json] = [
        {
            "type": "Feature",
            "properties": {"code": COUNTRIES[each["id"]], "name": each["properties"]["name"]},
            "geometry": {"type": "MultiPolygon", "coordinates": list(polygons(each, arcs))},
        }
        for each in topology["objects"]["countries"]["geometries"]
        if each.get("id") in COUNTRIES
    ]
    features.sort(key=_place)
    return {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}


def _place(feature: Json) -> int:
    return list(COUNTRIES.values()).index(feature["properties"]["code"])


if __name__ == "__main__":
    made = collection(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    TARGET.write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    print(TARGET)

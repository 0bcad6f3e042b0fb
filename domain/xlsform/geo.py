"""Areas and lengths on the globe, from geopoints `lat lon altitude accuracy`."""

import math

RADIUS = 6_378_100.0
"""The mean radius of the earth that ODK uses, in metres."""


def points(values: list[str]) -> list[tuple[float, float]]:
    """The points of geopoints and traces, in radians; what is none is left out."""
    found = []
    for value in values:
        for spot in value.split(";"):
            parts = spot.split()
            try:
                found.append((math.radians(float(parts[0])), math.radians(float(parts[1]))))
            except (ValueError, IndexError):
                continue
    return found


def between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The metres between two points along the globe (haversine)."""
    half = math.sin((b[0] - a[0]) / 2) ** 2
    half += math.cos(a[0]) * math.cos(b[0]) * math.sin((b[1] - a[1]) / 2) ** 2
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(half)))


def distance(values: list[str]) -> float:
    """The metres along the points, rounded to the centimetre."""
    spots = points(values)
    return round(sum(between(a, b) for a, b in zip(spots, spots[1:], strict=False)), 2)


def area(values: list[str]) -> float:
    """The square metres within the points, rounded; nothing under three points."""
    spots = points(values)
    if len(spots) < 3:
        return 0.0
    if spots[0] != spots[-1]:
        spots = [*spots, spots[0]]
    pairs = zip(spots, spots[1:], strict=False)
    doubled = sum((b[1] - a[1]) * (2 + math.sin(a[0]) + math.sin(b[0])) for a, b in pairs)
    return round(abs(doubled * RADIUS * RADIUS / 2), 2)

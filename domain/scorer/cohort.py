"""The rules for a whole cohort at once: what `replay` says of each child, bit for bit.

For what-if rule sets, back-tests, calibration and nightly re-scoring. Needs numpy, which the
rest of the scorer does not: import this module by its own name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from itertools import count, islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .cohort_step import Column, State, begin, take
from .cohort_triggers import Alarms, Bools, Codes, Floats, Labels, Small, Totals
from .memory import Month
from .rules import Ruleset

BLOCK = 65_536  # children: enough to outweigh the calls, few enough for the processor's cache
LONGEST = 10_000  # months of one cohort: labels are counted in 16 bits
MASKS = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64}
CELLS = (
    *("total", "trend_total", "seen", "over", "band", "red", "amber"),
    *("confirmed", "closed", "late"),
)

_no = partial(field, default_factory=lambda: np.array(False))
_yes = partial(field, default_factory=lambda: np.array(True))
_zero = partial(field, default_factory=lambda: np.array(0, np.uint8))
_unset = partial(field, default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, eq=False)
class Cohort:
    """Histories as arrays, children x columns; a column is one report of each child.

    `labels` (columns; default 0, 1, 2 ...) gives each column its month. Months follow each
    other without a gap; a label that comes again is one more report of the same month. `first`
    (children; default the first label) is the month in which a child's history begins; before
    it nothing may be reported. Without a report a cell is a missed month or, with `over` False,
    nothing at all. Arrays laid out column after column (order "F") are read fastest. The last
    seven may also be one value for everybody.

    - `total`, `trend_total`: int8, 0 to 100, both -1 where the report brings no assessment
    - `seen`: bool, a visit (also one that is no assessment) saw the child in person
    - `over`: bool, the month has ended
    - `band`: uint8, one number per age band, 0 where it is not given
    - `red`, `amber`: any unsigned dtype, bit n set: the n-th emergency was reported so (a
      standing one too)
    - `confirmed`, `closed`: bool, a person's word on the open flag
    - `late`: bool, of an earlier day than an assessment before it in the same month

    Raises ValueError, naming the array, for another shape or dtype, a value out of range, a
    code both red and amber in one report, and a report before the child's first month.
    """

    total: Totals
    trend_total: Totals
    seen: Bools
    over: Bools = _yes()
    band: Small = _zero()
    red: Codes = _zero()
    amber: Codes = _zero()
    confirmed: Bools = _no()
    closed: Bools = _no()
    late: Bools = _no()
    first: NDArray[np.int64] = _unset()
    labels: NDArray[np.int64] = _unset()

    def __post_init__(self) -> None:
        _check_arrays(self)
        columns = self.total.shape[1]
        if not self.labels.size:
            object.__setattr__(self, "labels", np.arange(columns))
        _check_labels(self)
        if not self.first.size:
            start = self.labels[0] if columns else 0
            object.__setattr__(self, "first", np.full(len(self.total), start))
        _check_first(self)

    @classmethod
    def of(cls, histories: Iterable[Iterable[Month]]) -> "Cohort":
        """Each child's reports as `replay` would take them: by month, repeated ids once.

        A month with several reports of any child becomes several columns; where a child has
        no report in the first of them, up to the cohort's last month, it was missed. Raises
        ValueError as above, and for an emergency level that is neither red nor amber.
        """
        return _laid_out([placed(months) for months in histories])

    @property
    def shape(self) -> tuple[int, int]:
        """Children, columns."""
        return self.total.shape[0], self.total.shape[1]

    @property
    def ends(self) -> NDArray[np.intp]:
        """The last column of each month: the state in which the month ended."""
        return np.flatnonzero(np.diff(self.labels, append=np.iinfo(np.int64).max))


@dataclass(frozen=True, eq=False)
class Outcome:
    """The results, children x columns, in order "F"; empty before a child's first month.

    - `smoothed`: float64, NaN before the first assessment
    - `triggers`: uint8, those of the flag that is open after the report; 0: no flag
    - `fired`: uint8, the triggers that this report set off; A 1, B 2, C 4, D 8
    - `opened`, `verify`, `suggests_closing`, `lost`: bool
    - `level`, `level_shown`: uint8, ranks: green 0, yellow 1, orange 2, red 3
    - `unseen`: int16, months in a row that ended without the child being seen
    """

    smoothed: Floats
    triggers: Small
    fired: Small
    opened: Bools
    verify: Bools
    suggests_closing: Bools
    level: Small
    level_shown: Small
    unseen: Labels
    lost: Bools

    @property
    def flagged(self) -> Bools:
        """Is a flag open after the report?"""
        return self.triggers.astype(np.bool_)

    @classmethod
    def _empty(cls, shape: tuple[int, int]) -> "Outcome":
        kinds = {"smoothed": np.float64, "unseen": np.int16} | dict.fromkeys(
            ("opened", "verify", "suggests_closing", "lost"), np.bool_
        )
        return cls(
            **{
                each.name: np.empty(shape, kinds.get(each.name, np.uint8), order="F")
                for each in fields(cls)
            }
        )


def replay_all(cohort: Cohort, rules: Ruleset, obedient: bool = False) -> Outcome:
    """`replay` for all children; `obedient` as there.

    Works on blocks of children, so that beside the cohort and the outcome (about 12 and 18
    bytes a child and month) only some megabytes are needed. One thread.
    """
    found = Outcome._empty(cohort.shape)
    for start in range(0, len(cohort.total), BLOCK):
        _replay_block(cohort, slice(start, start + BLOCK), found, (rules, obedient))
    return found


def _replay_block(cohort: Cohort, block: slice, found: Outcome, how: tuple[Ruleset, bool]) -> None:
    rules, obedient = how
    arrays = {name: np.broadcast_to(getattr(cohort, name), cohort.shape)[block] for name in CELLS}
    start = int(cohort.labels[0]) if cohort.labels.size else 0
    first = np.minimum(cohort.first[block] - start, LONGEST).astype(np.int16)
    state: State | None = None
    for place, label in enumerate((cohort.labels - start).tolist()):
        column = _column(arrays, place)
        state = state or begin(first, column.alarms.only(np.zeros(len(first), np.bool_)), rules)
        taken = take(state, column, label, rules, obedient)
        state = taken.state
        scores, flags = state.now
        found.smoothed[block, place] = scores.smoothed
        found.smoothed[block, place][scores.newest < 0] = np.nan
        found.triggers[block, place] = flags.triggers
        found.level_shown[block, place] = state.shown
        for name in ("fired", "opened", "verify", "suggests_closing", "level", "unseen", "lost"):
            getattr(found, name)[block, place] = getattr(taken, name)
        absent = label < first
        if absent.any():  # only where the yellow line is 0 has a child a level before its time
            found.level[block, place] *= ~absent
            found.level_shown[block, place] *= ~absent


def _column(arrays: Mapping[str, NDArray[Any]], place: int) -> Column:
    cells = {name: array[:, place] for name, array in arrays.items()}
    red, amber = cells.pop("red"), cells.pop("amber")
    kind = np.result_type(red, amber)
    alarms = Alarms(red.astype(kind, copy=False), amber.astype(kind, copy=False))
    return Column(alarms=alarms, **cells)


def placed(months: Iterable[Month]) -> list[tuple[Month, int]]:
    """A child's reports by month without repeats, each with its place (0, 1 ...) in its month."""
    found: list[tuple[Month, int]] = []
    ids: set[tuple[int, str]] = set()
    places: Counter[int] = Counter()
    for month in sorted(months, key=lambda month: month.label):
        if month.report and (month.label, month.report) in ids:
            continue
        ids.add((month.label, month.report))
        found.append((month, places[month.label]))
        places[month.label] += 1
    return found


def columns_of(taken: Iterable[Iterable[tuple[Month, int]]]) -> dict[int, list[int]]:
    """The columns of each month, as many as any child has reports in it, and at least one."""
    needed: Counter[int] = Counter()
    for month, place in (each for reports in taken for each in reports):
        needed[month.label] = max(needed[month.label], place + 1)
    columns = count()
    labels = range(min(needed, default=0), max(needed, default=-1) + 1)
    return {label: list(islice(columns, max(needed[label], 1))) for label in labels}


def _laid_out(taken: Sequence[Sequence[tuple[Month, int]]]) -> Cohort:
    columns = columns_of(taken)
    labels = np.array([label for label, places in columns.items() for _ in places], np.int64)
    cells = _cells(taken)
    shape = len(taken), len(labels)
    at = (
        np.repeat(np.arange(len(taken)), [len(reports) for reports in taken]),
        np.array([columns[month.label][n] for reports in taken for month, n in reports], np.intp),
    )
    arrays = {name: np.zeros(shape, values.dtype, order="F") for name, values in cells.items()}
    arrays["total"][:], arrays["trend_total"][:] = -1, -1
    arrays["over"][:] = np.diff(labels, prepend=-1) != 0
    for name, values in cells.items():
        arrays[name][at] = values
    after = max(columns, default=-1) + 1
    first = np.array([reports[0][0].label if reports else after for reports in taken], np.int64)
    return Cohort(**arrays, first=first, labels=labels)


def _cells(taken: Iterable[Iterable[tuple[Month, int]]]) -> dict[str, NDArray[Any]]:
    """The values of all reports, child after child, by the names of the arrays."""
    bands: dict[str, int] = {"": 0}
    codes: dict[str, int] = {}
    rows = [_row(month, bands, codes) for reports in taken for month, _ in reports]
    if len(codes) > max(MASKS) or len(bands) > 256:
        raise ValueError(f"{len(codes)} emergency codes, {len(bands)} bands: at most 64 and 256")
    mask = next(kind for bits, kind in MASKS.items() if bits >= len(codes))
    kinds = {"total": np.int8, "trend_total": np.int8, "band": np.uint8, "red": mask, "amber": mask}
    values = list(zip(*rows, strict=True)) or [()] * len(CELLS)
    return {
        name: np.array(each, kinds.get(name, np.bool_))
        for name, each in zip(CELLS, values, strict=True)
    }


def _row(month: Month, bands: dict[str, int], codes: dict[str, int]) -> tuple[int, ...]:
    """One report in the order of CELLS; a new band or code gets the next number."""
    given = month.assessment
    totals = (given.total, given.trend_total) if given and given.assessed else (-1, -1)
    if given and given.assessed and not all(0 <= each <= 100 for each in totals):
        raise ValueError(f"a total of {totals[0]} ({totals[1]}) is not within 0 and 100")
    red, amber = _masks(month.emergencies, codes)
    band = bands.setdefault(month.band, len(bands))
    seen = given is not None and month.seen
    words = (month.confirmed, month.closed)
    return (*totals, seen, month.over, band, red, amber, *words, month.late)


def _masks(emergencies: Mapping[str, str], codes: dict[str, int]) -> tuple[int, int]:
    masks = {"red": 0, "amber": 0}
    for code, level in emergencies.items():
        if level not in masks:
            raise ValueError(f"{code}: {level!r} is neither red nor amber")
        masks[level] |= 1 << codes.setdefault(code, len(codes))
    return masks["red"], masks["amber"]


def _check_arrays(cohort: Cohort) -> None:
    kinds = {"total": "int8", "trend_total": "int8", "band": "uint8"}
    if cohort.total.ndim != 2:
        raise ValueError(f"total: children x columns are needed, not {cohort.total.ndim} axes")
    for name in CELLS:
        array = getattr(cohort, name)
        kind = kinds.get(name, "bool")
        if array.shape not in (cohort.total.shape, ()):
            raise ValueError(f"{name}: {array.shape}, but total is {cohort.total.shape}")
        if name in ("red", "amber"):
            if array.dtype.kind != "u":
                raise ValueError(f"{name}: an unsigned dtype is needed, not {array.dtype}")
        elif array.dtype != kind:
            raise ValueError(f"{name}: {kind} is needed, not {array.dtype}")
    _check_values(cohort)


def _check_values(cohort: Cohort) -> None:
    for name in ("total", "trend_total"):
        array = getattr(cohort, name)
        if array.size and not -1 <= array.min() <= array.max() <= 100:
            raise ValueError(f"{name}: {array.min()} to {array.max()} is not within -1 and 100")
    if ((cohort.total < 0) != (cohort.trend_total < 0)).any():
        raise ValueError("trend_total: must be -1 exactly where total is")
    if (cohort.red & cohort.amber).any():
        raise ValueError("amber: a code is also red in the same report")


def _check_labels(cohort: Cohort) -> None:
    labels, columns = cohort.labels, cohort.total.shape[1]
    if labels.shape != (columns,) or labels.dtype.kind not in "iu":
        raise ValueError(f"labels: {columns} whole numbers are needed")
    if not np.isin(np.diff(labels), (0, 1)).all():
        raise ValueError("labels: must rise by 1 or stay, so that no month is left out")
    if columns and labels[-1] - labels[0] >= LONGEST:
        raise ValueError(f"labels: at most {LONGEST} months")


def _check_first(cohort: Cohort) -> None:
    """Nobody may begin before the cohort does, nor report before the first month."""
    first, labels = cohort.first, cohort.labels
    if first.shape != (len(cohort.total),) or first.dtype.kind not in "iu":
        raise ValueError(f"first: {len(cohort.total)} whole numbers are needed")
    if not first.size or not labels.size:
        return
    if first.min() < labels[0]:
        raise ValueError(f"first: {first.min()} lies before the first column, {labels[0]}")
    for place in np.flatnonzero(labels < first.max()):
        early = first > labels[place]
        for name in CELLS:
            cell = np.broadcast_to(getattr(cohort, name), cohort.total.shape)[:, place]
            blank = cell < 0 if name in ("total", "trend_total") else cell == 0
            if name != "over" and not blank[early].all():
                child = int(np.flatnonzero(early & ~blank)[0])
                raise ValueError(f"{name}: child {child} reports before its first month")

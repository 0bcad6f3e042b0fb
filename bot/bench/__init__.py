"""`yumiao bench`: figures as ratios taken in one run, as a table and as JSON."""

from bot.bench.figure import Figure
from bot.bench.run import benches, run

__all__ = ["Figure", "benches", "run"]

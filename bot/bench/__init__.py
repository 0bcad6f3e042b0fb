"""`yumiao bench`: figures as ratios taken in one run, as a table and as JSON."""

from bot.bench.run import Figure, run

__all__ = ["Figure", "run"]

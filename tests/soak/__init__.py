"""Reliability proven by breaking things: each run a small size, at night a large one."""

"""What is due: found by rules, done by sweeps, woken by a clock without memory."""

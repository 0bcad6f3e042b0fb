"""The writes of Act, one file per subject; each adds its audit row."""

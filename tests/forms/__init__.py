"""Own test forms, written for the tests."""

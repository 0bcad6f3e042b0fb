"""The rules of the work with children: pure, no I/O, no clock."""

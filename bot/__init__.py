"""The running program and its network edges."""

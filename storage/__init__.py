"""Reading is one class (Look), writing is one class (Act)."""

"""The web chat: pages with forms that work without script, and a stream of what is new."""

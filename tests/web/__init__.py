"""The web chat over real HTTP on loopback."""

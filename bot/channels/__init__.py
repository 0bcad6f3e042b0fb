"""The ways in and out: terminal, web, Telegram."""

"""`python -m bot` is the command `yumiao`."""

from bot.cli import main

main()

"""`python -m bot` is the command `yumiao`."""

from bot.start import main

main()

"""What the bot can do, one file per capability: the command, the act, the talk."""

from handlers import (  # noqa: F401  (each registers its conversations)
    alerts,
    amend,
    children,
    consent,
    contact,
    drafts,
    emergency,
    flags,
    home,
    invite,
    leave,
    new_phone,
    newcomers,
    points,
    police,
    ranking,
    sign_in,
    todo,
    undo,
    visit,
)

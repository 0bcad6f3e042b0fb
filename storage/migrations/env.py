"""Alembic's entry: it is always handed an open connection."""

import sqlmodel  # noqa: F401  (its types are named by the migrations)
from alembic import context
from sqlmodel import SQLModel

from storage import models  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

"""Histories: when a visit was first told, months that have ended, closed flags, what was said."""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

MOMENT = sqlmodel.sql.sqltypes.UTCDateTime()
VISIT = sa.table(
    'visit',
    sa.column('id', sa.Integer()),
    sa.column('supersedes', sa.Integer()),
    sa.column('recorded_at', MOMENT),
    sa.column('known_at', MOMENT),
    sa.column('due', sa.Date()),
)


def upgrade() -> None:
    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counted', sa.Integer(), nullable=False, server_default='0'))
        batch_op.create_index(batch_op.f('ix_child_counted'), ['counted'], unique=False)
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('closed_at', MOMENT, nullable=True))
        batch_op.add_column(sa.Column('closed_reason', sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_flag_closed_by_person'), 'person', ['closed_by'], ['id']
        )
    op.add_column('alert', sa.Column('said', sa.LargeBinary(), nullable=True))
    early = sa.Column('known_at', MOMENT, nullable=False, server_default='1970-01-01 00:00:00')
    op.add_column('visit', early)
    op.execute(VISIT.update().values(known_at=VISIT.c.recorded_at))
    _from_the_first()


def _from_the_first() -> None:
    """A correction was told, and was due, when what it corrects was; earlier rows come first."""
    db, first = op.get_bind(), VISIT.alias()
    corrections = sa.select(VISIT.c.id, first.c.known_at, first.c.due)
    corrections = corrections.join(first, first.c.id == VISIT.c.supersedes)
    ids = sa.select(VISIT.c.id).where(VISIT.c.supersedes.is_not(None)).order_by(VISIT.c.id)
    for id in db.execute(ids).scalars().all():
        row = db.execute(corrections.where(VISIT.c.id == id)).one()
        db.execute(
            VISIT.update().where(VISIT.c.id == id).values(known_at=row.known_at, due=row.due)
        )


def downgrade() -> None:
    op.drop_column('visit', 'known_at')
    op.drop_column('alert', 'said')
    with op.batch_alter_table('flag', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_flag_closed_by_person'), type_='foreignkey')
        batch_op.drop_column('closed_reason')
        batch_op.drop_column('closed_at')
        batch_op.drop_column('closed_by')
    with op.batch_alter_table('child', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_child_counted'))
        batch_op.drop_column('counted')

"""Every table. Moments are UTC; days are local days of the deployment's zone.

Statements name them by storage/tables, which is written from here, file by file (decision 0014).
"""

from sqlmodel import SQLModel

from storage.naming import NAMING

SQLModel.metadata.naming_convention = NAMING

from storage.models import doors, network, points, records, talks, upkeep  # noqa: E402

FILES = (network, records, points, talks, doors, upkeep)

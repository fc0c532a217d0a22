"""What the leaders' tables ask of the database, over the figures that a person reaches."""

from portal.queries.reach import has_districts, reached, top_unit, within

__all__ = ["has_districts", "reached", "top_unit", "within"]

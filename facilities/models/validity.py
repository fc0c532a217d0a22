"""Rows that hold for a time: two of the same kind never at once, said by the database."""

from collections.abc import Sequence

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import BigIntegerField, DateField, F, Func, Q, Value
from django.db.models.expressions import Combinable


def never_together(name: str, *, same: Sequence[Combinable], condition: Q | None = None) -> ExclusionConstraint:
    """No two rows in which `same` is the same may both be valid on one day (valid_from to valid_to, both inclusive)."""
    days = Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=DateField())
    return ExclusionConstraint(
        name=name,
        expressions=[(days, RangeOperators.OVERLAPS), *((each, RangeOperators.OVERLAPS) for each in same)],
        condition=condition,
    )


def same_number(field: str) -> Func:
    """The number as a range of one: ranges overlap where they are equal, without the btree_gist extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range", output_field=BigIntegerField())


def same_text(field: str) -> Func:
    """The text's 64-bit hash as a range of one; that two codes in use share it is not to be expected."""
    hashed = Func(F(field), Value(0), function="hashtextextended", output_field=BigIntegerField())
    return Func(hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerField())

"""What a body answers for, whoever acts in its name: the rule of access, asked of bodies instead of people."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.utils import timezone

from facilities.access.roles import CARRIED
from facilities.access.rule import PLACES, WHOLE_COUNTRY
from facilities.enums import Permission

# As access.rule, for many bodies at once: down the tree from each, and along the mandates that are held there.
_FROM_BODIES = f"""
    WITH body AS (SELECT id, path FROM facilities_organisation WHERE id = ANY(%s)),
    below AS (
        SELECT body.id AS body_id, node.id
        FROM body JOIN facilities_organisation AS node ON node.path >= body.path AND node.path < body.path || '~'
    ),
    overseen AS (
        SELECT DISTINCT below.body_id, COALESCE(area_id, {WHOLE_COUNTRY}) AS area_id, unnest(sectors) AS sector
        FROM below JOIN facilities_mandate AS mandate ON mandate.organisation_id = below.id
        WHERE function = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)
    ),
    reached AS (
        SELECT body_id, id FROM below
        UNION
        SELECT overseen.body_id, place.organisation_id
        FROM overseen JOIN ({PLACES}) AS place ON place.area_id = overseen.area_id AND place.sector = overseen.sector
    )
    SELECT reached.body_id, facility.id
    FROM reached JOIN facilities_facility AS facility ON facility.organisation_id = reached.id
"""  # noqa: S608 - constant text, values as parameters


def facilities_overseen(bodies: Collection[int], permission: Permission, now: datetime) -> dict[int, set[int]]:
    """For each body, the facilities that its people reach with a role there which has `permission`. One query."""
    today = timezone.localdate(now)
    functions = [function.value for function, carried in CARRIED.items() if permission in carried]
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_FROM_BODIES, [list(bodies), functions, today, today])
        for body, facility in cursor.fetchall():
            found[body].add(facility)
    return found

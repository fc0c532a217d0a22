"""The rule of access, all of it: which nodes of the tree a person reaches with a permission. One branch per line."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.utils import timezone

from facilities.access.roles import CARRIED
from facilities.enums import Permission

# What counts of a person's grants: those with the permission that have not ended, while the account is not disabled.
_GRANTED = """
    SELECT top.path
    FROM facilities_organisationgrant AS granted
    JOIN auth_permission AS permission ON permission.id = granted.permission_id
    JOIN facilities_user AS person ON person.id = granted.user_id
    JOIN facilities_organisation AS top ON top.id = granted.content_object_id
    WHERE granted.user_id = %s AND permission.codename = %s AND person.is_active
      AND (granted.expires_at IS NULL OR granted.expires_at > %s)
"""

# Paths are compared bytewise (collation C) and "~" sorts after every character in them, so a grant on a node reaches
# it and all below by one range of the path's unique index: the cost grows with what is reached, not with the grants.
_DOWN_THE_TREE = """
    SELECT node.id
    FROM granted
    JOIN facilities_organisation AS node ON node.path >= granted.path AND node.path < granted.path || '~'
"""

# Where each facility lies, for mandates to meet: in its province, in its district, and in the country, which as an area
# has no unit and here the number 0. Equality can be looked up or hashed; "this or that" would try every pair.
WHOLE_COUNTRY = 0
PLACES = f"""
    SELECT organisation_id, sector, province_id AS area_id FROM facilities_facility
    UNION ALL SELECT organisation_id, sector, district_id FROM facilities_facility WHERE district_id IS NOT NULL
    UNION ALL SELECT organisation_id, sector, {WHOLE_COUNTRY} FROM facilities_facility
"""  # noqa: S608 - constant text

# What mandates of bodies that are reached so are about: several about the same lead nowhere else than one.
_OVERSEEN = f"""
    SELECT DISTINCT COALESCE(area_id, {WHOLE_COUNTRY}) AS area_id, unnest(sectors) AS sector
    FROM facilities_mandate
    WHERE function = ANY(%s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)
      AND organisation_id IN (SELECT id FROM below)
"""  # noqa: S608 - constant text, values as parameters

# Along them to the facilities of their sectors in their areas, wherever these stand in the tree.
_ALONG_MANDATES = f"""
    SELECT place.organisation_id
    FROM overseen JOIN ({PLACES}) AS place ON place.area_id = overseen.area_id AND place.sector = overseen.sector
"""  # noqa: S608 - constant text

_RULE = f"""
    WITH granted AS ({_GRANTED}), below AS ({_DOWN_THE_TREE}), overseen AS ({_OVERSEEN})
    SELECT id FROM below UNION ALL {_ALONG_MANDATES}
"""  # noqa: S608 - constant text, values as parameters


def organisations_reached(
    user: AbstractBaseUser | AnonymousUser, permission: Permission, now: datetime | None = None
) -> Any:  # noqa: ANN401 - usable wherever Django takes the right side of __in: a subquery or an empty list
    """Ids of the organisations that `user` reaches with `permission`, for `…__in=`; part of the caller's query."""
    if not user.is_authenticated:
        return []
    now = now or timezone.now()
    today = timezone.localdate(now)
    functions = [function.value for function, carried in CARRIED.items() if permission in carried]
    parameters = (user.pk, permission.value, now, functions, today, today)
    return RawSQL(_RULE, parameters, output_field=BigIntegerField())  # noqa: S611 - constant text, values as parameters

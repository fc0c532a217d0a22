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
    SELECT below.id
    FROM granted
    JOIN facilities_organisation AS below ON below.path >= granted.path AND below.path < granted.path || '~'
"""

# Which facilities a mandate is about.
OVERSEES = """
    overseen.sector = ANY(mandate.sectors)
    AND (mandate.area_id IS NULL OR mandate.area_id IN (overseen.province_id, overseen.district_id))
"""

# A mandate of a body that is reached so leads on to the facilities of its sectors in its area, wherever they stand.
_ALONG_MANDATES = f"""
    SELECT overseen.organisation_id
    FROM facilities_mandate AS mandate
    JOIN facilities_organisation AS holder ON holder.id = mandate.organisation_id
    JOIN facilities_facility AS overseen ON {OVERSEES}
    WHERE mandate.function = ANY(%s)
      AND mandate.valid_from <= %s AND (mandate.valid_to IS NULL OR mandate.valid_to >= %s)
      AND EXISTS (SELECT FROM granted WHERE holder.path >= granted.path AND holder.path < granted.path || '~')
"""  # noqa: S608 - constant text, values as parameters

_RULE = f"WITH granted AS ({_GRANTED}) {_DOWN_THE_TREE} UNION ALL {_ALONG_MANDATES}"


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

"""The rule of access, all of it: which nodes of the tree a person reaches with a permission. One branch per line.

Mandates, which reach across the tree, join it as a further branch of the same query.
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from facilities.enums import Permission

# Paths are compared bytewise (collation C) and "~" sorts after every character in them, so a grant on a node reaches
# it and all below by one range of the path's unique index: the cost grows with what is reached, not with the grants.
_BELOW_GRANTS = """
    SELECT below.id
    FROM facilities_organisationgrant AS granted
    JOIN auth_permission AS permission ON permission.id = granted.permission_id
    JOIN facilities_user AS person ON person.id = granted.user_id
    JOIN facilities_organisation AS top ON top.id = granted.content_object_id
    JOIN facilities_organisation AS below ON below.path >= top.path AND below.path < top.path || '~'
    WHERE granted.user_id = %s AND permission.codename = %s AND person.is_active
"""


def organisations_reached(user: AbstractBaseUser | AnonymousUser, permission: Permission) -> Any:  # noqa: ANN401 - usable wherever Django takes the right side of __in: a subquery or an empty list
    """Ids of the organisations that `user` reaches with `permission`, for `…__in=`; part of the caller's query."""
    if not user.is_authenticated:
        return []
    return RawSQL(_BELOW_GRANTS, (user.pk, permission.value), output_field=BigIntegerField())  # noqa: S611 - constant text, values as parameters

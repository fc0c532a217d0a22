"""A row about something that is there already: the same, and so nothing to do, or different, and so refused."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from facilities.intake.cells import RowRefused


def check_same(given: Mapping[str, Any], there: Mapping[str, Any]) -> None:
    """Raise RowRefused at each column in which the row says something else than what is there.

    A column that is left empty asks for nothing. An import adds; what is there is edited on its page, with its history.
    """
    other = [column for column, value in given.items() if value not in ("", None) and value != there[column]]
    if other:
        message = _(
            "This is there already, on the portal or in a row above, with something else here. "
            "An import only adds; edit it on its page."
        )
        raise RowRefused((column, message) for column in other)

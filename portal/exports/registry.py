"""The tables that can be taken away, by the names in addresses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.models import User
from portal.exports.contents.cameras import cameras, transitions
from portal.exports.contents.facilities import contradictions, facilities, not_connected
from portal.exports.contents.units import units
from portal.exports.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Table:
    """What it is called, and what describes it for a person, the filters in an address, and a moment."""

    label: str | Promise
    sheet: Callable[[User, QueryDict, datetime], Sheet]


TABLES: dict[str, Table] = {
    "facilities": Table(_("Facilities: all figures"), facilities),
    "units": Table(_("Provinces or districts"), units),
    "cameras": Table(_("Cameras"), cameras),
    "not_connected": Table(_("Facilities that are not connected"), not_connected),
    "contradictions": Table(_("Claims that verification contradicts"), contradictions),
    "transitions": Table(_("Changes of state of cameras"), transitions),
}

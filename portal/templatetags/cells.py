"""`{{ column|cell_attributes }}`: the attributes of a table's cells."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def cell_attributes(column: Any) -> SafeString:  # noqa: ANN401 - django-tables2 is untyped
    """Those of every cell in a column, written out once a page. No column may have any that differ from row to row."""
    if not hasattr(column, "cell_attributes"):
        column.cell_attributes = column.attrs["td"].as_html()
    written: SafeString = column.cell_attributes
    return written

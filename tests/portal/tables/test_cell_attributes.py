"""Attributes of a table's cells, written out once a page."""

import django_tables2 as tables
from django.template import Context, Template
from django.utils.translation import override

from portal.tables.compliance import rest


class Rows(tables.Table):  # type: ignore[misc] # django-tables2 is untyped
    """A table of one column."""

    zone = tables.Column(verbose_name="Zone", attrs=rest('"Zone"'))


def test_every_cell_of_a_column_has_its_attributes_escaped_as_they_were() -> None:
    with override("en"):
        table = Rows([{"zone": "Gate"}, {"zone": "Yard"}])
        cells = Template(
            "{% load cells %}{% for row in table.rows %}{% for column, cell in row.items %}"
            "<td {{ column|cell_attributes }}>{{ cell }}</td>{% endfor %}{% endfor %}"
        ).render(Context({"table": table}))

    attributes = 'class="rest" data-label="&quot;Zone&quot;"'
    assert cells == f"<td {attributes}>Gate</td><td {attributes}>Yard</td>"

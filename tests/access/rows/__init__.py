"""Rows of the table by subject. Each room has ROWS, `tell_apart` and `secrets`; what they are says table.py."""

from tests.access.rows import (
    compliance_rules,
    connections,
    documents,
    exports,
    frozen,
    officer,
    pictures,
    reminders,
    rollout,
    tables,
)

ROOMS = (compliance_rules, connections, documents, exports, frozen, officer, pictures, reminders, rollout, tables)

"""Rules R1 to R12, each a pure function from what is known of a facility to pass, fail or unknown, with evidence.

Importing anything of this package registers all of them.
"""

import portal.domain.rules.registry  # noqa: F401 - registers the rules

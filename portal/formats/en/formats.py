"""English beside the Vietnamese: the same dates, English separators in numbers."""

from portal.formats.vi.formats import *  # noqa: F403 - the same, but for two lines

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","

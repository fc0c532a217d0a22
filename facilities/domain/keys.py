"""Numbers of rows as pages and forms send them."""

# The database counts rows with 64 bits; every number of so many digits has room there.
_MOST_DIGITS = 18


def key_of(text: str) -> int | None:
    """The number of a row that `text` is; None where it can be none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None

"""Five steps from good to bad, the same in every picture: told by lightness and texture, and by the number beside."""

# R9 asks for 99 %; below that the steps grow, as they do in what officials ask about.
AT_LEAST = (0.99, 0.95, 0.80, 0.50)


def shade(share: float) -> int:
    """0 for a share (0 to 1) as good as asked for, up to 4 for less than half."""
    return next((number for number, least in enumerate(AT_LEAST) if share >= least), len(AT_LEAST))

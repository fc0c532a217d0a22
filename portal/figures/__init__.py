"""Figures of facilities: made from what is known, kept as it stands now, frozen day by day."""

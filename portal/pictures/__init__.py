"""Pictures for leaders: what stands in them, laid out; the drawing is left to templates."""

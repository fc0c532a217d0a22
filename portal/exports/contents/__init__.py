"""What the tables hold, one module a subject."""

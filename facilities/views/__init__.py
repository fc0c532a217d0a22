"""Pages of people, bodies, mandates, imports and records."""

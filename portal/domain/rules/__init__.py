"""Rules R1 to R12, each a pure function from what is known of a facility to pass, fail or unknown, with evidence."""

"""The records of rules: entered, changed, and compared before a change is saved."""

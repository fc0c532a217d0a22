"""A fleet of simulated cameras: what the portal looks at in tests, benchmarks and the demo.

Nothing here is imported by the portal itself.
"""

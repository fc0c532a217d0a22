"""Logging in: who is counted how often, by which device, and what allauth is told to do differently."""

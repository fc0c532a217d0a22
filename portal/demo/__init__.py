"""A province to look at: Quảng Nam with invented facilities, simulated cameras, and an account per role."""

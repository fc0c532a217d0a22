"""Pages on which the rollout is reported, and on which its reports are read."""

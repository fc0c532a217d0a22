"""The three doors: everything that a person sees or changes comes through one of them."""

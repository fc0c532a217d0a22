"""The portal's pages, by subject."""

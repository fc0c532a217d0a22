"""Trạm Gác: the project's settings, its frame, and the pages that join the apps."""

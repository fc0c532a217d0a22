"""Spreadsheets of organisations, facilities, zones, cameras and people: read, tried, taken in, taken back."""

"""Tables that leave as files: described once, written as XLSX, CSV or PDF."""

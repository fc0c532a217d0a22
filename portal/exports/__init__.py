"""Tables as files: XLSX, CSV and PDF, in the scope and language of who asks."""

"""The queries of Look, one file per subject; each starts from storage.sight."""

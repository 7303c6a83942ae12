"""Results: reading tables back, by selection, in bands, as frames of any kind, or as exports."""

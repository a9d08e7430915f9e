"""What a month of corrections adds to a tagger that began with 30 rows a label."""

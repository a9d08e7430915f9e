"""The monthly bill of a stage for a load, from its template and a price file."""

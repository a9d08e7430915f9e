"""Taxonomy files: reading with all mistakes, a first one from data, and the effects of changes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.data.taxonomies.difference import Effect, differences
    from tagging.learning.data.taxonomies.first_taxonomy import write_first_taxonomy
    from tagging.learning.data.taxonomies.taxonomy_file import TaxonomyError, read_taxonomy
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        difference="Effect differences",
        first_taxonomy="write_first_taxonomy",
        taxonomy_file="TaxonomyError read_taxonomy",
    )

"""taxonomy"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.taxonomy.changes import FORMS, Change, Name
    from tagging.taxonomy.rules import Mistake, Place, mistakes_in, nearest
    from tagging.taxonomy.taxonomy import Cost, Floor, Head, HeadKind, Label, Policy, Taxonomy, Text
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        changes="Change FORMS Name",
        rules="Mistake Place mistakes_in nearest",
        taxonomy="Cost Floor Head HeadKind Label Policy Taxonomy Text",
    )

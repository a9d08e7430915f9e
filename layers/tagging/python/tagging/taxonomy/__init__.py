"""taxonomy"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.taxonomy.changes import FORMS, Change, Name
    from tagging.taxonomy.compatibility import incompatible, renamed
    from tagging.taxonomy.head_kinds import HEAD_KINDS
    from tagging.taxonomy.rules import Mistake, Place, mistakes_in, nearest
    from tagging.taxonomy.taxonomy import (
        ALL_PACKS,
        Cost,
        Head,
        Label,
        NumericObjective,
        Policy,
        Taxonomy,
        Text,
        UnknownPack,
    )
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        changes="Change FORMS Name",
        compatibility="incompatible renamed",
        head_kinds="HEAD_KINDS",
        rules="Mistake Place mistakes_in nearest",
        taxonomy="ALL_PACKS Cost NumericObjective Head Label Policy Taxonomy Text UnknownPack",
    )

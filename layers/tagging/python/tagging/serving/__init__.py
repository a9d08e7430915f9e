"""serving"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.serving.generation import Generation
    from tagging.serving.model_store import ModelStore, MovedMeanwhile, StoredPointer, VersionMissing
    from tagging.serving.pointer import (
        LAYER,
        Challenger,
        Change,
        Fault,
        Pointer,
        PointerError,
        challenged,
        parse_pointer,
        promoted,
        rolled_back,
        shadowed,
        unshadowed,
    )
    from tagging.serving.serving import REFRESH_S, PointerUnavailable, Serving
    from tagging.serving.version_files import (
        MANIFEST,
        VERSION_FILES,
        check_files,
        files_in,
        files_of,
        load_version,
        version_id,
        version_prefix,
    )
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        generation="Generation",
        model_store="ModelStore MovedMeanwhile StoredPointer VersionMissing",
        pointer="Challenger Change Fault LAYER Pointer PointerError challenged parse_pointer promoted rolled_back "
        "shadowed unshadowed",
        serving="PointerUnavailable REFRESH_S Serving",
        version_files="MANIFEST VERSION_FILES check_files files_in files_of load_version version_id version_prefix",
    )

"""Importers: tables, mail folders, image folders and open data sets to data set rows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.data.importing.image_sources import RENAMED
    from tagging.learning.data.importing.imported import Imported
    from tagging.learning.data.importing.importers import IMPORTERS, nlupp_run
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        image_sources="RENAMED",
        imported="Imported",
        importers="IMPORTERS nlupp_run",
    )

"""Importers: tables, mail folders, image folders and open data sets to data set rows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.data.importing.image_sources import RENAMED
    from tagging.learning.data.importing.imported import Imported
    from tagging.learning.data.importing.importers import IMPORTERS, nlupp_run
    from tagging.learning.data.importing.table_columns import ColumnNames, find_text
    from tagging.learning.data.importing.table_file import Table, TableRow, read_table
    from tagging.learning.data.importing.table_format import is_workbook
    from tagging.learning.data.importing.table_rows import read_table_rows
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        image_sources="RENAMED",
        imported="Imported",
        importers="IMPORTERS nlupp_run",
        table_columns="ColumnNames find_text",
        table_file="Table TableRow read_table",
        table_format="is_workbook",
        table_rows="read_table_rows",
    )

"""Data sets: rows, formats, import, duplicates, taxonomy files, and what a data set holds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.data.changes import carry_over
    from tagging.learning.data.data_report import LEARNS_FROM, TRUSTS_FROM, DataReport, LabelCount, report_of
    from tagging.learning.data.dataset import Dataset, column_problems, read_dataset, refuse, write_rows
    from tagging.learning.data.duplicates import groups_of, normalised, same_content
    from tagging.learning.data.holdout import hold_out
    from tagging.learning.data.importing import (
        IMPORTERS,
        RENAMED,
        ColumnNames,
        Imported,
        Table,
        TableRow,
        find_text,
        is_workbook,
        nlupp_run,
        read_table,
        read_table_rows,
    )
    from tagging.learning.data.label_names import id_of, words_of
    from tagging.learning.data.open_sets import (
        DOMAINS,
        DSTC11_DOMAINS,
        GOEMOTIONS_SPLITS,
        READERS,
        REGIMES,
        RUNS,
        Domain,
        DomainRows,
        Regime,
        SourceRow,
        official_runs,
        read_banking77,
        read_clinc150,
        read_dstc11,
        read_goemotions,
        read_label_map,
        read_multidogo,
        read_nlupp,
    )
    from tagging.learning.data.row_fit import UNDECLARED, expand, fit_row
    from tagging.learning.data.row_format import RowError, parse_row
    from tagging.learning.data.rows import (
        DataError,
        Example,
        ImageFile,
        Problem,
        Served,
        annotations_of,
        kind_of,
        listed,
    )
    from tagging.learning.data.taxonomies import Effect, TaxonomyError, differences, read_taxonomy, write_first_taxonomy
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        changes="carry_over",
        data_report="DataReport LEARNS_FROM LabelCount TRUSTS_FROM report_of",
        dataset="Dataset column_problems read_dataset refuse write_rows",
        duplicates="groups_of normalised same_content",
        holdout="hold_out",
        importing=(
            "ColumnNames IMPORTERS Imported RENAMED Table TableRow find_text is_workbook nlupp_run "
            "read_table read_table_rows"
        ),
        label_names="id_of words_of",
        open_sets=(
            "DOMAINS DSTC11_DOMAINS Domain DomainRows GOEMOTIONS_SPLITS READERS REGIMES RUNS Regime SourceRow "
            "official_runs read_banking77 read_clinc150 read_dstc11 read_goemotions read_label_map read_multidogo "
            "read_nlupp"
        ),
        row_fit="UNDECLARED expand fit_row",
        row_format="RowError parse_row",
        rows="Served DataError ImageFile Problem Example annotations_of kind_of listed",
        taxonomies="Effect TaxonomyError differences read_taxonomy write_first_taxonomy",
    )

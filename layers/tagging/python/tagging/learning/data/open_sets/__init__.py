"""Readers of open data sets, and the label map from their labels to ours."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.data.open_sets.banking77 import read_banking77
    from tagging.learning.data.open_sets.clinc150 import read_clinc150
    from tagging.learning.data.open_sets.dstc11 import DSTC11_DOMAINS, read_dstc11
    from tagging.learning.data.open_sets.goemotions import GOEMOTIONS_SPLITS, read_goemotions
    from tagging.learning.data.open_sets.label_map_file import read_label_map
    from tagging.learning.data.open_sets.multidogo import read_multidogo
    from tagging.learning.data.open_sets.nlupp import (
        DOMAINS,
        REGIMES,
        RUNS,
        Domain,
        DomainRows,
        Regime,
        official_runs,
        read_nlupp,
    )
    from tagging.learning.data.open_sets.source_row import SourceRow
    from tagging.learning.data.open_sets.sources import READERS
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        banking77="read_banking77",
        clinc150="read_clinc150",
        dstc11="DSTC11_DOMAINS read_dstc11",
        goemotions="GOEMOTIONS_SPLITS read_goemotions",
        label_map_file="read_label_map",
        multidogo="read_multidogo",
        nlupp="DOMAINS Domain DomainRows REGIMES RUNS Regime official_runs read_nlupp",
        source_row="SourceRow",
        sources="READERS",
    )

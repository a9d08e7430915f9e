"""How good the version that serves is, by people's answers: items to ask about, intervals, drift, error budgets."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.quality.agreement import Answer, Discounted, discounted_authors
    from tagging.quality.author_quality import AuthorQuality, discounted_pairs
    from tagging.quality.draw import draw_hour
    from tagging.quality.drift import (
        DAYS_OF_REFERENCE,
        WEEK,
        Drift,
        alarm_days,
        drift_alarm,
        drift_between,
        g_statistic,
        week_drift,
    )
    from tagging.quality.drift_days import INPUTS, Span, of_input, of_label, span_of
    from tagging.quality.drift_report import DriftReport, Reference, make_report
    from tagging.quality.drift_run import renew_drift
    from tagging.quality.drift_states import Acknowledgement, DriftState, is_silent
    from tagging.quality.drift_store import NothingDrifted, acknowledge, forget_drifted, read_drift
    from tagging.quality.error_budget import burn, severity
    from tagging.quality.estimates import (
        FEWEST_ANSWERED,
        FEWEST_ASSIGNED,
        FEWEST_POSITIVES,
        NO,
        UNSEEN,
        YES,
        LabelEstimate,
        LabelWindow,
        Share,
        estimate,
        label_window,
        strata,
    )
    from tagging.quality.evidence import Evidence, Reviewed
    from tagging.quality.hourly import LearningRun, build_learning
    from tagging.quality.intervals import Interval, Z, wilson
    from tagging.quality.label_report import CalibrationBin, Figure, LabelQuality
    from tagging.quality.plan_renewal import ChampionLabels, Scored, first_plan, raise_labels, renew_plan
    from tagging.quality.quality_report import QualityReport, make_quality_report
    from tagging.quality.reopening import ask_second_opinions, is_unlikely, reopen_reviews
    from tagging.quality.report_store import read_quality, read_quality_day, write_quality
    from tagging.quality.review_plan import Choice, DrawnDay, DrawnHour, Raised, ReviewPlan, choice, observed
    from tagging.quality.reviews import Reviews, drawn_hours, open_reviews, read_plan
    from tagging.quality.sampling import ASSIGNED_WEIGHT, floor, inclusion, is_drawn, scale_for, urgency
    from tagging.quality.score_bins import BINS, CENTRES, bins_of
    from tagging.quality.scoring import ItemFacts, ScoredHour, score_hour
    from tagging.quality.summary import AskedItem, DaySummary, HourSummary, LabelCounts, add_up, summarise_hour
    from tagging.quality.summary_store import SummaryStore, forget_asked
    from tagging.quality.targets import Target, target_of
    from tagging.quality.versions import ServedVersion, find_served
    from tagging.quality.windows import Window
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        agreement="Answer Discounted discounted_authors",
        author_quality="AuthorQuality discounted_pairs",
        draw="draw_hour",
        drift="DAYS_OF_REFERENCE Drift WEEK alarm_days drift_alarm drift_between g_statistic week_drift",
        drift_days="INPUTS Span of_input of_label span_of",
        drift_report="DriftReport Reference make_report",
        drift_run="renew_drift",
        drift_states="Acknowledgement DriftState is_silent",
        drift_store="NothingDrifted acknowledge forget_drifted read_drift",
        error_budget="burn severity",
        estimates="FEWEST_ANSWERED FEWEST_ASSIGNED FEWEST_POSITIVES LabelEstimate LabelWindow NO Share UNSEEN YES "
        "estimate label_window strata",
        evidence="Evidence Reviewed",
        hourly="LearningRun build_learning",
        intervals="Interval Z wilson",
        label_report="CalibrationBin Figure LabelQuality",
        plan_renewal="ChampionLabels Scored first_plan raise_labels renew_plan",
        quality_report="QualityReport make_quality_report",
        reopening="ask_second_opinions is_unlikely reopen_reviews",
        report_store="read_quality read_quality_day write_quality",
        review_plan="Choice DrawnDay DrawnHour Raised ReviewPlan choice observed",
        reviews="Reviews drawn_hours open_reviews read_plan",
        sampling="ASSIGNED_WEIGHT floor inclusion is_drawn scale_for urgency",
        score_bins="BINS CENTRES bins_of",
        scoring="ItemFacts ScoredHour score_hour",
        summary="AskedItem DaySummary HourSummary LabelCounts add_up summarise_hour",
        summary_store="SummaryStore forget_asked",
        targets="Target target_of",
        versions="ServedVersion find_served",
        windows="Window",
    )

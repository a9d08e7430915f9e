"""How good the version that serves is, by people's answers: items to ask about, intervals, drift, error budgets."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.quality.agreement import Answer, Discounted, discounted_authors
    from tagging.quality.drift import Drift, drift_alarm, drift_between, g_statistic
    from tagging.quality.error_budget import burn, severity
    from tagging.quality.estimates import (
        NO,
        UNSEEN,
        YES,
        LabelEstimate,
        LabelWindow,
        Share,
        estimate,
        strata,
    )
    from tagging.quality.intervals import Interval, Z, wilson
    from tagging.quality.plan_renewal import Champion, Scored, first_plan, raise_labels, renew_plan
    from tagging.quality.review_plan import Choice, DrawnDay, DrawnHour, Raised, ReviewPlan, choice
    from tagging.quality.sampling import ASSIGNED_WEIGHT, floor, inclusion, is_drawn, scale_for, urgency
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        agreement="Answer Discounted discounted_authors",
        drift="Drift drift_alarm drift_between g_statistic",
        error_budget="burn severity",
        estimates="LabelEstimate LabelWindow NO Share UNSEEN YES estimate strata",
        intervals="Interval Z wilson",
        plan_renewal="Champion Scored first_plan raise_labels renew_plan",
        review_plan="Choice DrawnDay DrawnHour Raised ReviewPlan choice",
        sampling="ASSIGNED_WEIGHT floor inclusion is_drawn scale_for urgency",
    )

"""Operations on a deployed stage, as plain functions that return values: the command line and functions call them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.operations.account import caller_name
    from tagging.operations.account_checks import check_account
    from tagging.operations.answer_table import AnswerLine, parse_words, read_answer_table
    from tagging.operations.backfill import (
        EVER,
        Backfill,
        Generations,
        check_generations,
        find_differing,
        route_of_kind,
    )
    from tagging.operations.check import Check, State
    from tagging.operations.correcting import Answer, ServedTaxonomy, check_answers, read_served_taxonomy
    from tagging.operations.correction_queue import find_reviews, send_correction, send_corrections
    from tagging.operations.deployment import DeployedLayer, Deployment, IntakeRoute, find_deployment
    from tagging.operations.drift import acknowledge_drift, drift_reports
    from tagging.operations.erase import Erasure, erase_item
    from tagging.operations.errors import DeadLetterReturned, InvalidArgument, OperationError
    from tagging.operations.expectations import Expected, expected_quality
    from tagging.operations.intake_queue import Again
    from tagging.operations.item_content import NoContent, read_mail, read_object
    from tagging.operations.item_search import ItemPage, ItemQuery, matches, search_items
    from tagging.operations.item_versions import VersionVerdict, decide_side_by_side, logged_item, roles_of
    from tagging.operations.learning_documents import day_reader, read_review_plan
    from tagging.operations.live_comparison import LiveComparison, Shadow, compare_live, find_shadow
    from tagging.operations.live_quality import quality_reports
    from tagging.operations.log_replay import Compared, LogReplay, compare_hours
    from tagging.operations.logged_decisions import Verdict, decide_all, decide_logged
    from tagging.operations.machine_checks import (
        BOOTSTRAP_VERSION,
        check_machine,
        check_project,
        check_quality,
        stage_requirements,
    )
    from tagging.operations.models import Models, VersionRefused, find_models, kinds_with_models
    from tagging.operations.pointer_changes import (
        Accepted,
        PointerPlan,
        PointerRefused,
        plan_promotion,
        plan_restoration,
        plan_rollback,
        write_plan,
    )
    from tagging.operations.pointer_history import PointerRecord, PointerState, describe, read_state, short_name
    from tagging.operations.reconcile import Totals, reconcile_objects, reconcile_tickets, unfinished_run
    from tagging.operations.redrive import DeadLetterRoute, count_messages, dead_letter_route, redrive_messages
    from tagging.operations.repeated_answers import find_contradictions, find_recorded
    from tagging.operations.reprocessing import PER_SECOND, Reprocessing
    from tagging.operations.retry import (
        RetryResult,
        quarantined_row,
        quarantined_rows,
        retry_items,
        retry_rows,
        why_no_retry,
    )
    from tagging.operations.review_file import BadLine, ReviewLine, check_new, read_reviews, write_reviews
    from tagging.operations.review_import import check_reviews
    from tagging.operations.review_queue import ReviewQueue, read_queue, review_lines
    from tagging.operations.row_lookup import find_item_id, find_row, parse_item
    from tagging.operations.sending import await_rows, send_item
    from tagging.operations.serving_checks import check_serving
    from tagging.operations.shadow_changes import plan_end_of_shadow, plan_shadow
    from tagging.operations.stage_health import (
        LATELY,
        QuarantineCounts,
        QueueState,
        count_quarantined,
        probe_runs,
        queue_states,
        with_ages,
    )
    from tagging.operations.thresholds import (
        MovedVersion,
        ShownThreshold,
        champion_files,
        deployed_bundle,
        move_thresholds,
        shown_thresholds,
        write_folder,
    )
    from tagging.operations.version_difference import VersionDifference, difference, unwatched
    from tagging.operations.versions import (
        ListedVersion,
        PushedVersion,
        list_versions,
        push_files,
        push_version,
        retire_version,
        role_of,
    )
    from tagging.operations.what_if import Change, WhatIf, compare_from_log, find_log
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        account="caller_name",
        account_checks="check_account",
        answer_table="AnswerLine parse_words read_answer_table",
        backfill="Backfill EVER Generations check_generations find_differing route_of_kind",
        check="Check State",
        correcting="Answer ServedTaxonomy check_answers read_served_taxonomy",
        correction_queue="find_reviews send_correction send_corrections",
        deployment="DeployedLayer Deployment IntakeRoute find_deployment",
        drift="acknowledge_drift drift_reports",
        erase="Erasure erase_item",
        errors="DeadLetterReturned InvalidArgument OperationError",
        item_content="NoContent read_mail read_object",
        item_search="ItemPage ItemQuery matches search_items",
        item_versions="VersionVerdict decide_side_by_side logged_item roles_of",
        learning_documents="day_reader read_review_plan",
        live_quality="quality_reports",
        live_comparison="LiveComparison Shadow compare_live find_shadow",
        expectations="Expected expected_quality",
        log_replay="Compared LogReplay compare_hours",
        logged_decisions="Verdict decide_all decide_logged",
        intake_queue="Again",
        machine_checks="BOOTSTRAP_VERSION check_machine check_project check_quality stage_requirements",
        models="Models VersionRefused find_models kinds_with_models",
        pointer_changes="Accepted PointerPlan PointerRefused plan_promotion plan_restoration plan_rollback write_plan",
        pointer_history="PointerRecord PointerState describe read_state short_name",
        reconcile="Totals reconcile_objects reconcile_tickets unfinished_run",
        redrive="DeadLetterRoute count_messages dead_letter_route redrive_messages",
        repeated_answers="find_contradictions find_recorded",
        reprocessing="PER_SECOND Reprocessing",
        retry="RetryResult quarantined_row quarantined_rows retry_items retry_rows why_no_retry",
        review_file="BadLine ReviewLine check_new read_reviews write_reviews",
        review_import="check_reviews",
        review_queue="ReviewQueue read_queue review_lines",
        row_lookup="find_item_id find_row parse_item",
        sending="await_rows send_item",
        serving_checks="check_serving",
        shadow_changes="plan_end_of_shadow plan_shadow",
        stage_health="LATELY QuarantineCounts QueueState count_quarantined probe_runs queue_states with_ages",
        thresholds=(
            "MovedVersion ShownThreshold champion_files deployed_bundle move_thresholds shown_thresholds write_folder"
        ),
        version_difference="VersionDifference difference unwatched",
        what_if="Change WhatIf compare_from_log find_log",
        versions="ListedVersion PushedVersion list_versions push_files push_version retire_version role_of",
    )

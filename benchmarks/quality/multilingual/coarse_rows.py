"""English training rows of ten coarse labels: intents of the open data sets, grouped before anything was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from layers.mail_model.desk_rows import folder_of
from tagging.learning.data import READERS, Example, normalised, read_dstc11

INTENTS = {
    "lost_or_stolen": {
        "banking77": "lost_or_stolen_card lost_or_stolen_phone",
        "clinc150": "report_lost_card lost_luggage",
        "dstc11": "ReportLostStolenCard",
    },
    "transfer": {
        "banking77": "transfer_into_account transfer_timing transfer_not_received_by_recipient pending_transfer",
        "clinc150": "transfer",
        "dstc11": "ExternalWireTransfer InternalFundsTransfer AskAboutTransferTime",
    },
    "billing": {
        "banking77": "card_payment_fee_charged extra_charge_on_statement",
        "clinc150": "bill_balance bill_due pay_bill min_payment",
        "dstc11": "ReportBillingIssue PayBill",
    },
    "sign_in": {
        "banking77": "passcode_forgotten pin_blocked change_pin",
        "clinc150": "pin_change",
        "dstc11": "ResetPassword SetUpOnlineBanking",
    },
    "delivery": {
        "banking77": "card_arrival card_delivery_estimate",
        "clinc150": "order_status replacement_card_duration",
    },
    "booking": {
        "clinc150": "book_flight book_hotel restaurant_reservation car_rental cancel_reservation confirm_reservation"
    },
    "refund": {"banking77": "request_refund Refund_not_showing_up"},
    "insurance": {
        "clinc150": "insurance insurance_change",
        "dstc11": "FileClaim ReportAutomobileAccident RequestProofOfInsurance GetQuote EnrollInPlan ChangePlan",
    },
    "abroad": {
        "banking77": "exchange_rate country_support fiat_currency_support exchange_charge",
        "clinc150": "exchange_rate international_fees international_visa travel_notification",
    },
    "personal_details": {
        "banking77": "edit_personal_details",
        "clinc150": "change_user_name",
        "dstc11": "UpdateStreetAddress UpdateEmail UpdatePhoneNumber ChangeAddress",
    },
}
"""Coarse label -> source -> its intents."""
TRAIN_SPLITS = {"clinc150": {"train"}, "banking77": {"train"}, "dstc11": None}
"""Splits that are trained on; None for a source without any."""
READ = READERS | {"dstc11": read_dstc11}


def coarse_rows(data: Path, per_label: int, seed: int) -> list[Example]:
    """`per_label` rows of each label, spread evenly over its intents, each text once. Raises DataError."""
    by_intent: dict[tuple[str, str], list[str]] = {}
    for source, splits in TRAIN_SPLITS.items():
        for row in READ[source](folder_of(data, source)):
            if row.labels and (splits is None or row.split in splits):
                by_intent.setdefault((source, row.labels[0]), []).append(row.text)
    random = np.random.default_rng(seed)
    rows: list[Example] = []
    for label, sources in INTENTS.items():
        pools = [by_intent[source, intent] for source, names in sources.items() for intent in names.split()]
        rows += [
            Example(f"{label}-{number}", text, frozenset((label,)))
            for number, text in enumerate(_spread(pools, per_label, random))
        ]
    return rows


def _spread(pools: Sequence[Sequence[str]], count: int, random: np.random.Generator) -> list[str]:
    """At most `count` texts, one of each pool in turn."""
    shuffled = [[pool[index] for index in random.permutation(len(pool))] for pool in pools]
    chosen: dict[str, str] = {}
    while len(chosen) < count and any(shuffled):
        for pool in shuffled:
            if pool:
                text = pool.pop()
                chosen.setdefault(normalised(text), text)
    return list(chosen.values())[:count]

"""Listing and resuming alone, over many keys: part of `python -m tests.soak.reprocess`."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

from tagging.operations import object_versions
from tagging.operations.reconcile import Totals, reconcile_objects, unfinished_run
from tagging.operations.reprocessing import Reprocessing
from tests.soak.listed_account import BUCKET, NOW, Interrupted, ListedAccount


def run_listing(keys: int, page: int = 1000) -> tuple[ListedAccount, Counter[str]]:
    """List, interrupted in the middle of a page and between two, and resume; returns the account and what is wrong."""
    object_versions._PAGE = page
    account, wrong = ListedAccount(keys), Counter[str]()
    pages = -(-keys // page)
    account.interruptions = {("send", max(2, len(account.gaps) // 30)), ("list", 2 * pages // 3)}
    since, start, totals, interrupted = NOW - timedelta(days=1), None, Totals(), 0
    while True:
        route = account.deployment.routes[0]
        reprocessing = Reprocessing(account.deployment, route, sleep=lambda _: None, mappings=account)
        try:
            for _ in reconcile_objects(
                account.deployment, BUCKET, since, totals, reprocessing=reprocessing, start=start
            ):
                pass
            break
        except Interrupted:
            interrupted += 1
            since, start, totals = unfinished_run(account.deployment, BUCKET)
    sent = {json.loads(body)["object"]["key"] for body in account.sent}
    wrong["lost"] = len(account.gaps) - len(sent)
    wrong["counted wrongly"] = abs(totals.versions - keys) + abs(totals.sent - len(account.gaps))
    wrong["sent again beyond a page"] = max(0, account.sent.total() - len(sent) - page // 10)
    wrong["pages listed again beyond one an interruption"] = max(0, account.calls["list"] - pages - interrupted)
    wrong["not interrupted"] = interrupted != 2
    return account, wrong

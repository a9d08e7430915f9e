"""Deliberate breaks of each promise, and the tests that must fail because of them."""

from __future__ import annotations

from dataclasses import dataclass

PACKAGE = "layers/tagging/python/tagging"


@dataclass(frozen=True)
class Break:
    """A change of the code that makes a promise false."""

    promise: str
    what: str
    file: str
    """Path in the package."""
    right: str
    """Text that occurs once in the file."""
    wrong: str
    tests: tuple[str, ...]
    """What pytest is given: at least one of them must fail."""


CRASH = ("tests/promises/test_crash.py", "-k", "one_item")
STRAGGLER = ("tests/promises/test_deliveries.py", "-k", "straggler")
REDELIVERY = ("tests/service/test_redelivery.py",)
SERVICE = ("tests/service/test_service.py",)
CORRECTIONS = ("tests/promises/test_corrections.py",)
SERVING_FAULTS = ("tests/serving/test_serving_faults.py",)

BREAKS = (
    Break(
        "A",
        "a redelivery leaves a pending ticket unsent",
        "sending.py",
        'for job, each in resolved if each.row.state(name) == "pending"]',
        'for job, each in resolved if each.row.state(name) == "pending" and each.written]',
        CRASH,
    ),
    Break(
        "A",
        "a redelivery sends its own ticket, not the stored one",
        "store/conflicts.py",
        "if not _adds(row, current, started_at):\n            return Resolution(current, written=False)",
        "if not _adds(row, current, started_at):\n"
        "            stored = row.outputs if current.ticket == 'pending' else current.outputs\n"
        "            return Resolution(replace(current, outputs=stored), written=False)",
        CRASH,
    ),
    Break(
        "A",
        "each copy of a ticket has a deduplication id of its own",
        "store/ticket_queue.py",
        '"MessageDeduplicationId": deduplication_id(item_id, body),',
        '"MessageDeduplicationId": f"{item_id[:20]}-{id(batch)}",',
        CRASH,
    ),
    Break(
        "A",
        "a ticket is marked before it is sent",
        "service.py",
        "            sent = send_outputs(self._channels, run, resolved, self.threads)\n",
        "            self._in_threads(run, [(job, each.row) for job, each in resolved], self.table.mark_sent)\n"
        "            sent = send_outputs(self._channels, run, resolved, self.threads)\n",
        CRASH,
    ),
    Break(
        "A",
        "a truncated object is tagged",
        "intake/objects.py",
        'with closing(response["Body"]) as body:',
        'with response["Body"] as body:',
        ("tests/promises/test_crash.py", "-k", "breaks_off"),
    ),
    Break(
        "B",
        "a revision is written although another attempt wrote since",
        "store/label_table.py",
        'ConditionExpression=" AND ".join(',
        'ConditionExpression="attribute_exists(id) OR " + " AND ".join(',
        STRAGGLER,
    ),
    Break(
        "B",
        "a row overwrites an existing one",
        "store/label_table.py",
        '"attribute_not_exists(id)"',
        '"attribute_not_exists(id) OR attribute_exists(id)"',
        REDELIVERY,
    ),
    Break(
        "B",
        "a straggler's outcome becomes a revision",
        "store/conflicts.py",
        "or started_at > current.revision.tagged_at",
        "or bool(started_at)",
        REDELIVERY,
    ),
    Break(
        "B",
        "an older version moves `latest` back",
        "store/label_table.py",
        "OR sequencer < :sequencer",
        "OR sequencer <> :sequencer",
        REDELIVERY,
    ),
    Break(
        "C",
        "a deleted version is retried without end",
        "intake/objects.py",
        '    "NoSuchVersion": "object_gone",\n',
        "",
        ("tests/service/test_quarantine.py",),
    ),
    Break(
        "C",
        "a message that is not JSON is retried without end",
        "deciding.py",
        "        if delivery.quarantine is not None:\n",
        "        if delivery.quarantine is not None:\n            raise TimeoutError\n",
        ("tests/service/test_quarantine.py",),
    ),
    Break(
        "C",
        "a ticket contains characters that SQS always refuses",
        "store/tickets.py",
        'separators=(",", ":"))',
        'separators=(",", ":"), ensure_ascii=False)',
        ("tests/service/test_ticket_body.py",),
    ),
    Break(
        "D",
        "one item's fault sends the whole batch back",
        "service.py",
        "            except Exception as error:  # any fault affects this message only\n"
        "                run.fail(job.message, job.item_id, error)\n        return results",
        "            except ZeroDivisionError as error:\n"
        "                run.fail(job.message, job.item_id, error)\n        return results",
        SERVICE,
    ),
    Break(
        "E",
        "an item is started although too little time is left",
        "service.py",
        "if run.remaining_s() < RESERVE_S:",
        "if run.remaining_s() < 0:",
        SERVICE,
    ),
    Break(
        "E",
        "an item over its budget is tagged",
        "budget.py",
        "> CPU_TOLERANCE_FACTOR * budget.cpu_seconds:",
        "> 1e9:",
        ("tests/service/test_budget.py",),
    ),
    Break(
        "E",
        "the number of pixels is not checked before decoding",
        "image/decoder.py",
        "if header.width * header.height > max_pixels:",
        "if header.width * header.height > 1e9 * max_pixels:",
        ("tests/image/test_decode_bad_images.py", "tests/image/test_image_bombs.py"),
    ),
    Break(
        "F",
        "a file's checksum is not checked",
        "model/bundle_files.py",
        "if sha256(content) != expected:",
        "if not content:",
        ("tests/promises/test_model_integrity.py",),
    ),
    Break(
        "F",
        "the golden self-test accepts any score",
        "model/self_test.py",
        "if difference > tolerance:",
        "if difference > 1:",
        ("tests/promises/test_model_integrity.py",),
    ),
    Break(
        "A",
        "a batch of a lower generation revises what a higher one decided",
        "store/conflicts.py",
        "or current.forgotten or new.generation < current.revision.generation:",
        "or current.forgotten:",
        ("tests/serving/test_generations.py", "-k", "any_order"),
    ),
    Break(
        "A",
        "an item that goes back to its queue is tagged at a generation that nobody read",
        "serving/serving.py",
        "            raise PointerUnavailable from cause\n",
        "            return Generation(0, self.layer)\n",
        SERVING_FAULTS,
    ),
    Break(
        "F",
        "a version that must not be served is replaced by the layer's bundle and not by the champion before",
        "serving/serving.py",
        """            faults["VersionRefused"] = None
            return None""",
        """            faults["VersionRefused"] = None
            return self.layer""",
        SERVING_FAULTS,
    ),
    Break(
        "F",
        "a pointer that goes back in generation is followed",
        "serving/serving.py",
        "pointer.generation < self._stored.pointer.generation:",
        "pointer.generation < 0:",
        SERVING_FAULTS,
    ),
    Break(
        "F",
        "a pointer that disappears lets the layer's bundle serve",
        "serving/serving.py",
        "            if self._stored is not None:\n                raise",
        "            if self._current is None:\n                raise",
        SERVING_FAULTS,
    ),
    Break(
        "F",
        "features are scored that are not as they are stored",
        "model/text_encoder.py",
        "EncodedText(as_stored(features), pieces)",
        "EncodedText(features, pieces)",
        ("tests/model/test_features.py", "tests/model/test_feature_codec.py"),
    ),
    Break(
        "F",
        "features of an image are scored that are not as they are stored",
        "model/image_encoder.py",
        'as_stored(self._model.run(["features"], {"pixels": image.pixels[None]})[0][0])',
        'self._model.run(["features"], {"pixels": image.pixels[None]})[0][0]',
        ("tests/model/test_image_bundle.py", "-k", "as_they_are_stored"),
    ),
    Break(
        "G",
        "the text of an exception goes into the log",
        "telemetry/logs.py",
        '"where": where}',
        '"where": where, "text": str(error)}',
        ("tests/promises/test_privacy_of_faults.py", "-k", "call_that_fails or bug_of_ours"),
    ),
    Break(
        "H",
        "a guessed cut that holds a request is not looked at",
        "model/labelling.py",
        "any(_asks(cut, version) for cut in features.cuts)",
        "False",
        ("tests/model/test_reviewed_cuts.py",),
    ),
    Break(
        "I",
        "an item is drawn for review again",
        "corrections/records.py",
        '"attribute_not_exists(entry)"',
        '"attribute_not_exists(entry) OR attribute_exists(entry)"',
        ("tests/corrections/test_review_table.py", "-k", "drawn_once"),
    ),
    Break(
        "I",
        "a redelivered answer does not close its review",
        "corrections/review_table.py",
        "if correction.finished or correction.withdraws:",
        "if new and (correction.finished or correction.withdraws):",
        CORRECTIONS,
    ),
    Break(
        "I",
        "the answer that arrives last counts",
        "corrections/answers.py",
        "(label not in of_author or of_author[label].at < at)",
        "True",
        ("tests/corrections/test_answers.py",),
    ),
    Break(
        "I",
        "an answer stays of an item that is forgotten while it is recorded",
        "corrections/recorder.py",
        "        self._row(correction.item)  # it may",
        "        # it may",
        CORRECTIONS,
    ),
    Break(
        "I",
        "a refused answer is dropped",
        "corrections/recorder.py",
        "self.reviews.reject(rejected, hashlib",
        "print(rejected.reason, hashlib",
        ("tests/corrections/test_recorder.py", "-k", "kept_with_its_reason"),
    ),
)

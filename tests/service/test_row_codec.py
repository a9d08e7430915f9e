"""The row codec: lossless, small, versioned, and able to read every row that was ever written."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.model.label_set import BundleVersion
from tagging.quarantine import Quarantine
from tagging.store.row import Row
from tagging.store.row_codec import NewerRow, pack, unpack

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(), part, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_unpacking_returns_the_packed_value(value: object) -> None:
    assert unpack(pack(value)) == value
    assert pack(value) == pack(json.loads(json.dumps(value)))


def test_other_bytes_are_an_error() -> None:
    with pytest.raises(ValueError, match="not packed"):
        unpack(b"\xff\xff plain text")


def test_a_row_of_a_newer_version_is_an_error_with_advice() -> None:
    for version in range(2, 31):
        with pytest.raises(NewerRow, match=r"^this row was written by a newer version; update tagging$"):
            unpack(bytes([8 * version + 7]) + pack({"source": {}})[1:])


@given(JSON)
def test_a_version_byte_costs_one_byte_and_begins_no_deflate_stream(value: object) -> None:
    packed = pack(value)
    assert packed[0] == 8 * 1 + 7
    assert unpack(packed[1:]) == value  # as version 0 wrote it
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY):
        stream = zlib.compressobj(9, zlib.DEFLATED, -15, 9, strategy)
        assert (stream.compress(packed) + stream.flush())[0] & 0b110 != 0b110


# Rows as version 0 wrote them (raw deflate, no version byte).

TAGGED = bytes.fromhex(
    "ad94bb4ec3301440ffa53320dbd74fe60e50b1c1d0d5bed74640a3a60124a4aaff8e9dd092be94b690c55214cb767cce599e4d1a4b89"
    "5f7f897a9b38fbbae095d8e20ede1fe4dbe26332c37adaccc74fe36a72d3548ff59480ee4373f71b03170426052a096380a333122468"
    "a93c38ab40d8e2c35649ce7b94f291342139262c8faa08516eacdbe7b2e7234f0c85776402c8bca87751048392112fe952c11283a423"
    "f7be4dc7a60f4d4c9f251d99107335c27955cf7cfe67e585cd2140dfd04f42e46ab5233b0b9e90513c368e2eb757264e022128af9db1"
    "d638ed55900824623e29e3ff68f79a8a7dcb3b32f65c1fa2a39d50f868bf1e22a4dbf79a9176ca5f29391e236863e46ea18d11173010"
    "a38e8e139264fa49da5074629b2cdf8b537899e54b7a3ead51431c9ed9b08c171702404aa5b436193fe7bc0f019128c6942e685cdfce"
    "9ddef54d3dd4bebeba073bb8fa06"
)
QUARANTINED = bytes.fromhex(
    "ab46a4b45a1db03f20a9a61a29951aa619241b255aa69827199b005356a265aa519279b289418a2128439b2659a41818a799a51a2626"
    "2ac5d6d60200"
)
REVISED = bytes.fromhex(
    "ad94bb4ec3301486dfa57341f639be323340c506431706dbc74640a3a68501a9eabb6327bda497a817c81245f2497ec7dfff2d2e268d"
    "a5c46f7ea0de25ce7ccc78053bdce1d793f89c7d8f26a11ecfa7f72ff7d5e8765e3dd763427af4f387ad0cac879024ca045a230f560b"
    "14a88474688d4430a50f3b26b9ec92d2455214c832303cca528872626dce45a78f3cb100ce92f628f24783d69cf9083631cc8fd21b62"
    "9854e4ce35ead8f8214cab7ae2f25f2a9028b5ec2867cbd2a074bfdf7305736c30b777d860ce015bcc07c3fe8cce46f03a08465c1ec9"
    "d896a3cccd63caef28bbda847d1daec85d51b9dc1711f38e02a3d8771f5c6f16913841402f9db2da186d95935e04248879878cffa379"
    "d6c41e1aa8a5f6c043a7c86d060abbcdea53f4b6b9d7fc36237f25b85f943d04f58ab2a5e20c5deaae2e37089de94dc30fc4e9df27f9"
    "90decef3e7290e2ff46bc68b03200a21a5523ae367ad73de874014634a57f8b7dbca3d17771b7acccbddca1e75f4f217"
)

SHORT = bytes.fromhex("abc696d240b1538c9aa20c41a908e44d48a2aa46ca1c45a969a5a07c030ed3da5a00")


def row(record: bytes, **more: Any) -> Row:
    """A row of version 0 with this record."""
    attributes = {
        "id": {"S": "4f1d2c3b5a69788796a5b4c3d2e1f001"},
        "kind": {"S": "mail"},
        "attempt": {"S": "c0ffee"},
        "ticket": {"S": "none"},
        "tagged_at": {"S": "2026-03-01T09:30:00.123+00:00"},
        "labels": {"L": []},
        "review": {"BOOL": False},
        "record": {"B": record},
    }
    return Row.from_attributes(attributes | more)


def test_a_record_of_version_0_is_read_for_ever() -> None:
    """A change of the dictionary would lose every stored row."""
    assert unpack(SHORT) == {"source": {"bucket": "mails", "key": "mail/1"}, "revision": {"scores": {"refund": 0.99}}}


def test_a_tagged_row_of_version_0_is_read() -> None:
    tagged = row(TAGGED, labels={"L": [{"S": "refund"}, {"S": "complaint"}]}, ticket={"S": "sent"})
    assert tagged.source["version"] == "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH"
    assert tagged.revision.bundle == BundleVersion("1f0c2a9d7b34", "a9e2b7c40d15", "5b8d03f6e1aa")
    assert tagged.revision.scores == {"refund": 0.97, "complaint": 0.81, "card": 0.0004}
    assert tagged.input_hash == "0badc0de0badc0de0badc0de0badc0de"
    assert tagged.ticket == "sent"
    assert json.loads(str(tagged.ticket_body))["routes"] == ["billing"]
    assert (tagged.revision.labels, tagged.earlier) == (("refund", "complaint"), ())
    assert (tagged.revision.review_reasons, dict(tagged.revision.left_out)) == ((), {})
    assert len(pack(unpack(TAGGED))) == len(TAGGED) + 1


def test_a_quarantined_row_of_version_0_is_read() -> None:
    reason = {"reason": {"S": "bad_message"}, "detail": {"S": "id: expected `str`"}, "handler": {"S": "tag_mail:7"}}
    quarantined = row(QUARANTINED, quarantine={"M": reason}, expires_at={"N": "1780000000"})
    assert quarantined.revision.quarantine == Quarantine("bad_message", "id: expected `str`", "tag_mail:7")
    assert (quarantined.source, quarantined.expires_at, quarantined.ticket_body) == ({}, 1_780_000_000, None)


def test_a_row_of_version_0_with_an_earlier_revision_is_read() -> None:
    revised = row(REVISED, labels={"L": [{"S": "complaint"}]}, ticket={"S": "sent"}, spam={"BOOL": True})
    (earlier,) = revised.earlier
    assert (earlier.tagged_at, earlier.labels, earlier.scores) == (
        *("2026-03-01T09:30:00.123+00:00", ("refund", "complaint"), None),
    )
    assert (earlier.review_reasons, dict(earlier.left_out)) == ((), {})
    assert (revised.revision.bundle.heads, revised.revision.heads) == ("c7710be29f03", ("speech_act",))
    assert (revised.revision.scores, revised.spam) == ({"complaint": 0.66}, True)
    assert json.loads(str(revised.ticket_body))["labels"][0] == {"id": "refund", "head": "topic", "score": 0.97}
    assert len(pack(unpack(REVISED))) == len(REVISED) + 1

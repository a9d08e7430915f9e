"""model"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.model.assignments import assign_many, score_many
    from tagging.model.bundle import (
        Bundle,
        check_version,
        read_bundle,
        read_version,
        scoring_version,
    )
    from tagging.model.bundle_files import FILES, LEXICON, REFERENCE, BundleError, OtherEncoder
    from tagging.model.decisions import scores_by, scores_of
    from tagging.model.encoder_files import Encoder, load_encoder, load_image_encoder
    from tagging.model.feature_codec import FORMAT, Floats32, as_stored, pack_rows, unpack_many, unpack_rows
    from tagging.model.features import CutFeatures, Features, Sentence, encode
    from tagging.model.full_sentences import FULL_SENTENCE_WORDS, count_words
    from tagging.model.golden_items import NOISE, TOLERANCE, golden_document, sure_golden
    from tagging.model.image_encoder import ImageEncoder
    from tagging.model.label_set import BundleVersion, LabelSet
    from tagging.model.labelling import decide, run_heads
    from tagging.model.language import in_scripts, is_english, is_known
    from tagging.model.manifest import (
        Aggregate,
        Decision,
        Golden,
        LexiconFile,
        Manifest,
        ReviewRule,
        TextEncoderManifest,
        Thresholds,
        checksum_of,
        sha256,
    )
    from tagging.model.ngrams import SEPARATOR, Lexicon, n_grams
    from tagging.model.onnx_model import OnnxModel
    from tagging.model.prediction import Floats, Prediction, has_texts, predict, predict_many
    from tagging.model.reference import Reference, nearest_cosine, reference_file, unit_vectors
    from tagging.model.review_reasons import REVIEW_REASONS, ReviewReason
    from tagging.model.risk import expected_error, log_odds
    from tagging.model.self_test import check_golden, golden_item
    from tagging.model.sentences import Span, mail_sentences, own_text
    from tagging.model.tagger import Tagger
    from tagging.model.text_encoder import CHARACTERS_PER_PIECE, EncodedText, TextEncoder
    from tagging.model.threshold_moves import (
        ThresholdRefused,
        check_thresholds,
        could_differ,
        differ_in_thresholds_alone,
        moved_thresholds,
    )
    from tagging.model.tokeniser import TokenisedText, Tokeniser, read_tokeniser
    from tagging.model.unigram import UnigramFile, UnigramTokenizer
    from tagging.model.version_parts import VersionParts
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        assignments="assign_many score_many",
        bundle="Bundle check_version read_bundle read_version scoring_version",
        bundle_files="BundleError FILES LEXICON OtherEncoder REFERENCE",
        encoder_files="Encoder load_encoder load_image_encoder",
        decisions="scores_by scores_of",
        feature_codec="FORMAT Floats32 as_stored pack_rows unpack_many unpack_rows",
        features="CutFeatures Features Sentence encode",
        full_sentences="FULL_SENTENCE_WORDS count_words",
        golden_items="NOISE TOLERANCE golden_document sure_golden",
        image_encoder="ImageEncoder",
        label_set="BundleVersion LabelSet",
        labelling="decide run_heads",
        language="in_scripts is_english is_known",
        manifest=(
            "Aggregate Decision Golden LexiconFile Manifest ReviewRule TextEncoderManifest Thresholds checksum_of "
            "sha256"
        ),
        ngrams="Lexicon SEPARATOR n_grams",
        onnx_model="OnnxModel",
        prediction="Floats Prediction has_texts predict predict_many",
        review_reasons="REVIEW_REASONS ReviewReason",
        reference="Reference nearest_cosine reference_file unit_vectors",
        risk="expected_error log_odds",
        self_test="check_golden golden_item",
        sentences="Span mail_sentences own_text",
        tagger="Tagger",
        text_encoder="CHARACTERS_PER_PIECE EncodedText TextEncoder",
        threshold_moves=("ThresholdRefused check_thresholds could_differ differ_in_thresholds_alone moved_thresholds"),
        tokeniser="TokenisedText Tokeniser read_tokeniser",
        unigram="UnigramFile UnigramTokenizer",
        version_parts="VersionParts",
    )

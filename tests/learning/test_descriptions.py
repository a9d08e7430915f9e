"""What names and descriptions teach, on the shipped encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagging.learning.features.features import Encoded, choose_lexicon, encode_all
from tagging.learning.heads.descriptions import BIAS, SLOPES, Directions, Prior, description_prior, example_rows
from tagging.learning.heads.logistic import Hyperparameters, Linear, fit, learnable
from tagging.learning.numeric.arrays import Annotations
from tagging.model.encoder_files import load_encoder
from tagging.model.text_encoder import TextEncoder
from tagging.taxonomy.taxonomy import Label

LABELS = (
    Label(id="refund", description="the customer wants money back"),
    Label(id="delivery_date", description="the customer asks when a parcel arrives"),
    Label(id="password", description="the customer cannot log in"),
)
TOLD = ("Please send my money back.", "When will my parcel arrive?", "I cannot log in, my password does not work.")
SHIPPED = Path(__file__).parents[2] / "layers/mail_model/bundle/encoder"


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return load_encoder(SHIPPED)[0]


@pytest.fixture(scope="module")
def prior(encoder: TextEncoder) -> Prior:
    return description_prior(encoder, LABELS)


def placed(encoder: TextEncoder, prior: Prior, texts: tuple[str, ...]) -> tuple[np.ndarray, Directions]:
    encoded = encode_all(encoder, texts)
    lexicon = choose_lexicon((), Hyperparameters().lexical_weight, own=[*encoded.pieces, *prior.pieces])
    return encoded.features(lexicon), prior.directions(lexicon)


def nothing_known(rows: int, labels: int = 3) -> Annotations:
    return Annotations(np.zeros((rows, labels), dtype=bool), np.zeros((rows, labels), dtype=bool))


def test_without_any_answer_descriptions_alone_rank_the_right_label_first(encoder: TextEncoder, prior: Prior) -> None:
    features, directions = placed(encoder, prior, TOLD)
    guess = directions.zero_shot(features, nothing_known(3))
    assert guess.logits(features).argmax(axis=1).tolist() == [0, 1, 2]
    heads = fit(features, nothing_known(3), Hyperparameters(), guess)
    assert np.array_equal(heads.weights, guess.weights)


def test_one_label_alone_is_guessed_too(encoder: TextEncoder) -> None:
    alone = description_prior(encoder, LABELS[:1])
    features, directions = placed(encoder, alone, TOLD)
    logits = directions.zero_shot(features, nothing_known(3, 1)).logits(features)[:, 0]
    assert logits.argmax() == 0


def test_a_label_without_a_yes_keeps_its_guess_beside_labels_that_learn(encoder: TextEncoder, prior: Prior) -> None:
    features, directions = placed(encoder, prior, TOLD)
    yes = np.eye(3, dtype=bool)
    yes[2, 2] = False
    annotations = Annotations(yes, np.ones_like(yes))
    guess = directions.zero_shot(features, annotations)
    heads = fit(features, annotations, Hyperparameters(), guess)
    assert np.array_equal(heads.weights[:, 2], guess.weights[:, 2])
    assert heads.biases[2] == guess.biases[2]
    assert not np.array_equal(heads.weights[:, 0], guess.weights[:, 0])


def many(seed: int, helpful: bool) -> tuple[Prior, Encoded, Annotations]:
    """Made-up features in which a label's description points to its rows, or somewhere else."""
    random = np.random.default_rng(seed)
    labels = random.normal(size=(6, 30)).astype(np.float32)
    labels /= np.linalg.norm(labels, axis=1, keepdims=True)
    yes = random.random((400, 6)) < 0.15
    dense = (yes @ labels + random.normal(scale=0.15, size=(400, 30))).astype(np.float32)
    said = labels if helpful else random.permutation(labels)
    words = tuple((f"word{place}",) for place in range(6))
    told = Prior((Encoded(said, words), Encoded(said, words)))
    return told, Encoded(dense, tuple(("x",) for _ in range(400))), Annotations(yes, np.ones_like(yes))


def slopes(helpful: bool) -> tuple[float, float]:
    """Mean logit of rows that hold a label and of those that do not, by descriptions alone."""
    prior, encoded, annotations = many(0, helpful)
    lexicon = choose_lexicon((), 0.6, own=[*encoded.pieces, *prior.pieces])
    features = encoded.features(lexicon)
    logits = prior.directions(lexicon).zero_shot(features, annotations).logits(features)
    return float(logits[annotations.positive].mean()), float(logits[~annotations.positive].mean())


def test_rows_teach_how_much_descriptions_are_worth() -> None:
    held, not_held = slopes(helpful=True)
    misled, not_misled = slopes(helpful=False)
    assert held - not_held > 2
    assert abs(misled - not_misled) < 0.5 * (held - not_held)


def test_a_prior_fades_as_rows_come_in() -> None:
    random = np.random.default_rng(1)
    wrong = Linear(np.full((4, 1), -2.0), np.zeros(1))
    far = []
    for count in (12, 2000):
        x = random.normal(size=(count, 4))
        yes = (x.sum(axis=1, keepdims=True) + random.normal(size=(count, 1))) > 0
        annotations = Annotations(yes, np.ones_like(yes))
        # Little is learned from a row, so that a dozen does not outweigh the prior.
        hyperparameters = Hyperparameters(inverse_penalty=0.01)
        with_prior, without = (
            fit(learnable(x), annotations, hyperparameters, wrong),
            fit(learnable(x), annotations, hyperparameters),
        )
        far.append(float(np.abs(with_prior.weights - without.weights).max()))
    assert far[0] > 1
    assert far[1] < 0.5 * far[0]


def test_without_a_known_yes_the_slopes_are_those_learned_before(prior: Prior) -> None:
    lexicon = choose_lexicon((), 0.6, own=prior.pieces)
    directions = prior.directions(lexicon)
    features = np.zeros((2, directions.towards[0].shape[1]))
    guess = directions.zero_shot(features, nothing_known(2))
    expected = sum(
        slope * part for slope, part in zip(SLOPES, directions.similarity_weights(np.arange(3)), strict=True)
    )
    assert guess.weights == pytest.approx(expected)
    assert guess.biases == pytest.approx(BIAS)


def test_examples_of_the_taxonomy_are_rows_that_say_nothing_of_other_labels() -> None:
    shown = Label(id="refund", description="money back", examples=("I want my money back", "refund me"))
    rows = example_rows((shown, LABELS[1]))
    assert [row.text for row in rows] == list(shown.examples)
    assert all(row.labels == {"refund"} and row.unknown == {"delivery_date"} for row in rows)
    assert len({row.id for row in rows}) == 2

"""Rows of our own writing: what no open data set has.

`own_sentences.yaml` holds sentences of many trades for the heads that are always on. And thanks stand beside a fact
that asks for something: "Many thanks. My bag is gone." thanks nobody for an answer, and without such rows the thanks
alone would decide the speech act; thanks that ask for nothing stand beside other closings, so that they stay what they
are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml

from tagging.learning.data import Example
from tagging.taxonomy import Taxonomy

SOURCE = "ours"
SENTENCES = Path(__file__).with_name("own_sentences.yaml")
THANKS = (
    "Thank you.", "Thanks!", "Many thanks", "Thanks a lot for your answer.", "Thank you for your mail.", "Cheers,",
    "Thanks for getting back to me.", "Thank you for what you did so far.", "Much appreciated.", "Thx",
    "Thank you for the quick reply.", "Thanks in advance.", "Good morning, and thank you.", "Hi, thanks for that.",
    "I appreciate your patience.", "Thank you kindly,", "Thanks again", "Thanks.", "Many thanks!", "Thank you",
    "Ok, thanks.",
)  # fmt: skip
CONTENT = (
    "Great, thank you.", "Lovely, thank you.", "Wonderful, many thanks!", "Super, thanks.", "All right, thank you.",
    "That is just what I needed, thanks.", "Good to know, thank you.", "Thank you very much for your help.",
    "Thanks for your help with this.",
)  # fmt: skip
"""Thanks that no request stands beside."""
GREETINGS = ("Hello!", "Hi", "Hi all,", "Good evening", "Good afternoon everybody", "Dear all,", "Goodbye!", "Bye")
CLOSINGS = (
    "", "That was all.", "Have a good week!", "All the best from Lisbon", "It works now.", "We are very happy with it.",
    "See you soon", "You have been most kind.", "Enjoy your evening.", "We will be in touch.",
    "I have what I need now.", "That was a great help.", "You helped me a lot.", "Kind regards, Olga",
)  # fmt: skip
"""What follows thanks that ask for nothing."""
FACTS: dict[str, tuple[str, ...]] = {
    "lost_or_stolen reports_problem": (
        "My bag was taken on the bus.", "I was pickpocketed.", "My purse is gone.", "Somebody stole my bike.",
        "I have lost my keys.", "My phone was snatched out of my hand.", "My luggage never turned up.", "I was mugged.",
        "Wallet gone.", "We were burgled.",
    ),
    "fraud reports_problem": (
        "Somebody used my card.", "That purchase was not me.", "I did not make this transfer.",
        "There are three charges that I do not know.", "A stranger is in my account.",
    ),
    "delivery reports_problem": (
        "The box still has not come.", "Nothing has arrived so far.", "The courier was never here.",
        "It went to the wrong house.", "I am still waiting for the package.", "Still no parcel.", "Not here yet.",
    ),
    "refund reports_problem": (
        "I have not got my money back yet.", "The refund is still missing.", "My money is not back.",
        "You still owe me the 40 euros.", "No refund so far.", "Still no refund.", "Nothing paid back yet.",
    ),
    "billing reports_problem": (
        "You billed me twice.", "The invoice is wrong again.", "I was charged for a month that I did not use.",
        "The amount does not add up.",
    ),
    "technical reports_problem": (
        "The screen stays black.", "It stopped working again.", "The page still shows an error.",
        "The printer is dead.", "The connection drops every hour.",
    ),
    "sign_in reports_problem": (
        "I still cannot log in.", "The code never came.", "I am locked out.", "My password is refused.",
    ),
    "reports_problem": (
        "It is broken.", "You sent the wrong size.", "The door does not close.", "Nobody called me.",
        "I have waited for two weeks.", "It did not help.", "There is a crack in it.", "Half of it is missing.",
        "The water is cold.", "It happened again.", "Your colleague hung up on me.", "I never got an answer.",
        "Still no answer.", "Still broken.", "No change.", "Still no money.", "Still no keys.", "Still nothing.",
    ),
    "cancel asks_for_action": (
        "I do not want it any more.", "Please take me off your list.", "Stop it as of today.", "Cancel the rest.",
    ),
    "change asks_for_action": (
        "Thursday suits me better.", "Please use the other address.", "Make it three instead of two.",
        "I need it one week later.",
    ),
    "document asks_for_action": (
        "I need that in writing.", "The receipt, please.", "Please send me a copy of it.",
    ),
    "asks_for_action": (
        "Please get on with it.", "Then do it that way.", "I need it by Friday.", "Send somebody round.",
        "Go ahead with the second one.",
    ),
    "wants_person asks_for_action": (
        "I want to talk to somebody.", "Please ring me.", "Let me speak with your boss.",
    ),
    "status_update asks_for_information": (
        "Where is it now?", "Any news?", "How far are you?", "When will it be ready?",
    ),
    "asks_for_information": (
        "What does that mean?", "Which one is it?", "Who does that?", "How does it work?", "And the second question?",
    ),
}  # fmt: skip
"""Labels -> facts for which they hold; topics and requests that are not named are unknown."""


def own_rows(taxonomy: Taxonomy) -> list[Example]:
    """All of them."""
    return [*sentence_rows(taxonomy), *thanks_rows(taxonomy), *closing_rows()]


def sentence_rows(taxonomy: Taxonomy) -> list[Example]:
    """The sentences of the file: all labels of heads that are always on are known, but for open speech acts."""
    in_packs = frozenset(taxonomy.labels) - frozenset(taxonomy.with_packs(()).labels)
    acts = frozenset(label for label in taxonomy.labels if taxonomy.head_of(label) == "speech_act")
    rows: list[Example] = []
    for names, sentences in yaml.safe_load(SENTENCES.read_text(encoding="utf-8")).items():
        labels = frozenset(names.split()) - {"acts"}
        unknown = in_packs if labels else in_packs | acts
        for text in sentences:
            row_id = f"{SOURCE}-sentence-{len(rows) + 1}"
            rows.append(Example(id=row_id, text=text, labels=labels, unknown=unknown, source=SOURCE))
    return rows


def thanks_rows(taxonomy: Taxonomy, seed: int = 0) -> list[Example]:
    """Each fact alone, below thanks and above thanks, which are one group."""
    random = np.random.default_rng(seed)
    acts = {label.id for head in taxonomy.heads if head.id == "speech_act" for label in head.labels}
    rows: list[Example] = []
    for names, facts in FACTS.items():
        labels = frozenset(names.split())
        unknown = frozenset(taxonomy.labels) - labels - acts
        for fact in facts:
            before, after = (THANKS[index] for index in random.integers(len(THANKS), size=2))
            for text in (fact, f"{before} {fact}", f"{fact} {after}"):
                row_id = f"{SOURCE}-{len(rows) + 1}"
                rows.append(Example(id=row_id, text=text, labels=labels, unknown=unknown, source=SOURCE, group=fact))
    return rows


def closing_rows() -> list[Example]:
    """Thanks with each of the closings, and greetings."""
    texts = {f"{thanks} {closing}".strip(): thanks for thanks in THANKS + CONTENT for closing in CLOSINGS}
    texts |= dict(zip(GREETINGS, GREETINGS, strict=True))
    return [
        Example(f"{SOURCE}-closing-{number}", text, frozenset({"only_closing"}), source=SOURCE, group=group)
        for number, (text, group) in enumerate(texts.items(), start=1)
    ]

"""features"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.features.background import (
        Background,
        encode_background,
        load_background,
        public_grams,
        read_background,
        write_background,
    )
    from tagging.learning.features.background_texts import BackgroundTexts, compose_background, read_texts
    from tagging.learning.features.encoded_items import EncodedItems, ItemTexts, encode_items, item_texts, with_logged
    from tagging.learning.features.features import Encoded, Progress, choose_lexicon, encode_all
    from tagging.learning.features.image_features import encode_images
    from tagging.learning.features.nearest import Neighbours
    from tagging.learning.features.token_layers import TokenLayers, Tokens
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        background="Background public_grams encode_background load_background read_background write_background",
        background_texts="BackgroundTexts compose_background read_texts",
        encoded_items="EncodedItems ItemTexts encode_items item_texts with_logged",
        features="Encoded Progress choose_lexicon encode_all",
        image_features="encode_images",
        nearest="Neighbours",
        token_layers="TokenLayers Tokens",
    )

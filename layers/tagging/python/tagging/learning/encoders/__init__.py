"""encoders"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.learning.encoders.convert import Conversion, ConvertRequest, convert_folder
    from tagging.learning.encoders.errors import EncoderError
    from tagging.learning.encoders.folder import EncoderParts, centre_of, write_encoder
    from tagging.learning.encoders.parity import NAMES, Parity
    from tagging.learning.encoders.samples import SAMPLES
    from tagging.learning.encoders.tokenisers import unigram_file
    from tagging.learning.encoders.weights import BLOCK, EncoderWeights, Int4Table, LayerWeights, Linear, Norm
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        convert="Conversion ConvertRequest convert_folder",
        errors="EncoderError",
        folder="EncoderParts centre_of write_encoder",
        parity="NAMES Parity",
        samples="SAMPLES",
        tokenisers="unigram_file",
        weights="BLOCK EncoderWeights Int4Table LayerWeights Linear Norm",
    )

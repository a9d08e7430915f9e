"""image"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.image.decoder import decode_image
    from tagging.image.formats import looks_like_image, names_image, read_image_header
    from tagging.image.limits import ImageLimits
    from tagging.image.png import SIGNATURE
    from tagging.image.reader import image_reader
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        decoder="decode_image",
        formats="looks_like_image names_image read_image_header",
        limits="ImageLimits",
        png="SIGNATURE",
        reader="image_reader",
    )

"""What can be wrong with an encoder that is to be converted."""


class EncoderError(Exception):
    """The encoder cannot be converted; the message is one line that names what is missing or wrong."""

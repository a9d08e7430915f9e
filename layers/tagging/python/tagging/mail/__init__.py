"""mail"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagging.mail.charsets import clean, decode
    from tagging.mail.parser import parse_mail, text_mail
    from tagging.mail.plain_text import has_words
    from tagging.mail.reader import mail_reader, read_mail
else:
    from tagging import door

    __getattr__ = door(
        __name__,
        charsets="clean decode",
        parser="parse_mail text_mail",
        plain_text="has_words",
        reader="mail_reader read_mail",
    )

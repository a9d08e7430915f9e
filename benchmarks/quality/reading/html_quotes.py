"""How mail programs quote and forward a mail in HTML. Each function returns markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from benchmarks.quality.reading.earlier_mail import EarlierMail, HeaderField, header_fields, intro
from benchmarks.quality.reading.plain_quotes import FORWARD_ORDER
from benchmarks.quality.reading.texts import Language, languages

HtmlQuote = Callable[[EarlierMail, Language], str]
LineStyle = tuple[str, str, str]
"""Before a line, after it, and an empty line."""

DIVS: LineStyle = ("<div>", "</div>", "<div><br></div>")
WORD: LineStyle = ("<p class=MsoNormal>", "<o:p></o:p></p>", "<p class=MsoNormal><o:p>&nbsp;</o:p></p>")
BREAKS: LineStyle = ("", "<br>", "<br>")
PARAGRAPHS: LineStyle = ("<p>", "</p>", "<p>&nbsp;</p>")
OUTLOOK_WEB: LineStyle = (
    '<div class="elementToProof" style="font-family: Calibri, sans-serif; font-size: 12pt;">',
    "</div>",
    '<div class="elementToProof"><br></div>',
)


def html_lines(lines: Sequence[str], style: LineStyle = DIVS) -> str:
    """Lines of text as a program marks them up."""
    before, after, empty = style
    return "\n".join(f"{before}{escape(line, quote=False)}{after}" if line.strip() else empty for line in lines)


def gmail(program: str) -> HtmlQuote:
    """Gmail: `gmail_quote`."""

    def quote(mail: EarlierMail, language: Language) -> str:
        return (
            '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
            f"{_intro(mail, language, program)}<br></div>"
            '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
            f'padding-left:1ex">{html_lines(mail.lines)}</blockquote></div>'
        )

    return quote


def apple(mail: EarlierMail, language: Language) -> str:
    """Apple's programs: `blockquote type="cite"` around intro and mail."""
    return (
        f'<div><br><blockquote type="cite"><div>{_intro(mail, language, "apple")}</div>'
        f'<br class="Apple-interchange-newline"><div>{html_lines(mail.lines)}</div></blockquote></div>'
    )


def thunderbird(program: str) -> HtmlQuote:
    """Thunderbird and K-9: the intro, then `blockquote type="cite"`."""

    def quote(mail: EarlierMail, language: Language) -> str:
        return (
            f'<div class="moz-cite-prefix">{_intro(mail, language, program)}<br></div>'
            f'<blockquote type="cite" cite="mid:4f1@shop.example">{html_lines(mail.lines, PARAGRAPHS)}</blockquote>'
        )

    return quote


def roundcube(mail: EarlierMail, language: Language) -> str:
    """Roundcube: `reply-intro`, then `blockquote type="cite"`."""
    return (
        f'<p id="reply-intro">{_intro(mail, language, "roundcube")}</p>'
        '<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">'
        f"<div>{html_lines(mail.lines, BREAKS)}</div></blockquote>"
    )


def yahoo(mail: EarlierMail, language: Language) -> str:
    """Yahoo: `yahoo_quoted`."""
    return (
        '<div><br></div><div id="yahoo_quoted_44" class="yahoo_quoted"><div style="color:#26282a;">'
        f"<div>{_intro(mail, language, 'yahoo')}</div><div><br></div><div>{html_lines(mail.lines)}</div></div></div>"
    )


def proton(mail: EarlierMail, language: Language) -> str:
    """Proton Mail: `protonmail_quote`."""
    return (
        f'<div class="protonmail_quote">{_intro(mail, language, "proton")}<br><br>'
        f'<blockquote class="protonmail_quote" type="cite">{html_lines(mail.lines)}</blockquote><br></div>'
    )


def outlook(order: str) -> HtmlQuote:
    """Outlook on the desktop: a header block below a line."""

    def quote(mail: EarlierMail, language: Language) -> str:
        return _below_line(mail, header_fields(mail, language, order=order))

    return quote


def _below_line(mail: EarlierMail, fields: Sequence[HeaderField]) -> str:
    return (
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>"
        f"{_bold(fields)}<o:p></o:p></p></div></div>"
        f"{WORD[2]}{html_lines(mail.lines, WORD)}"
    )


def outlook_web(mail: EarlierMail, language: Language) -> str:
    """Outlook on the web and on phones: `divRplyFwdMsg`."""
    return (
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000">'
        f"{_bold(header_fields(mail, language))}</font><div>&nbsp;</div></div><div>{html_lines(mail.lines)}</div>"
    )


def gmx(mail: EarlierMail, language: Language) -> str:
    """GMX and Web.de: a block with a line at its left."""
    fields = header_fields(mail, language, order="sent from to subject")
    return (
        '<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5; '
        f'word-wrap: break-word;"><div style="margin:0 0 10px 0;">{_bold(fields, "&nbsp;")}</div>'
        f'<div name="quoted-content">{html_lines(mail.lines)}</div></div>'
    )


def zimbra(mail: EarlierMail, language: Language) -> str:
    """Zimbra: `zwchr`, then a header block in a blockquote."""
    fields = header_fields(mail, language, order="from to sent subject")
    return (
        '<hr id="zwchr"><div data-marker="__QUOTED_TEXT__"><blockquote style="border-left:2px solid #1010FF;'
        f'margin-left:5px;padding-left:5px;">{_bold(fields)}</blockquote></div>'
        f'<blockquote style="border-left:2px solid #1010FF;padding-left:5px;">{html_lines(mail.lines)}</blockquote>'
    )


def notes(mail: EarlierMail, language: Language) -> str:
    """Lotus Notes: a header block in small grey letters."""
    fields = header_fields(mail, language, order="from to date subject")
    rows = "".join(
        f'<font size=1 color=#5f5f5f face="sans-serif">{name}: &nbsp; &nbsp;</font>'
        f'<font size=1 face="sans-serif">{escape(value)}</font><br>'
        for name, value in fields
    )
    return f"<br><br>{rows}<hr noshade><br><br>{html_lines(mail.lines, BREAKS)}"


def help_desk(mail: EarlierMail, language: Language) -> str:
    """The mail of a help desk that asks for answers above its first line, in a plain `blockquote` of the program."""
    line = (language.type_above or languages()["en"].type_above)[0]
    return (
        f'<blockquote><div style="color:#b5b5b5">{line}</div><div><strong>{mail.sender.name}</strong> (Shop)</div>'
        f"{html_lines(mail.lines, PARAGRAPHS)}</blockquote>"
    )


def gmail_forward(mail: EarlierMail, language: Language) -> str:
    """Gmail's forwarded mail stands in a `gmail_quote` too, without a blockquote."""
    fields = header_fields(mail, language, order=FORWARD_ORDER)
    return (
        '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"---------- {language.forwarded['gmail']} ---------<br>{_bold(fields)}<br></div><br><br>"
        f'<div dir="ltr">{html_lines(mail.lines)}</div></div>'
    )


def apple_forward(mail: EarlierMail, language: Language) -> str:
    """Apple's programs forward in a `blockquote type="cite"`."""
    fields = header_fields(mail, language, order="from subject date to")
    return (
        f'<div><br><blockquote type="cite"><div>{language.forwarded["apple"]}</div>'
        f'<br class="Apple-interchange-newline"><div>{_bold(fields)}</div><br>'
        f"<div>{html_lines(mail.lines)}</div></blockquote></div>"
    )


def thunderbird_forward(mail: EarlierMail, language: Language) -> str:
    """Thunderbird: a table of header fields in a `moz-forward-container`."""
    rows = "".join(
        f'<tr><th nowrap="nowrap" valign="BASELINE" align="RIGHT">{name}: </th><td>{escape(value)}</td></tr>'
        for name, value in header_fields(mail, language, order="subject date from to")
    )
    return (
        f'<div class="moz-forward-container"><br><br>-------- {language.forwarded["thunderbird"]} --------'
        f'<table class="moz-email-headers-table"><tbody>{rows}</tbody></table>'
        f"<br>{html_lines(mail.lines, PARAGRAPHS)}</div>"
    )


def yahoo_forward(mail: EarlierMail, language: Language) -> str:
    """Yahoo: "----- Forwarded Message -----" in a `yahoo_quoted`."""
    fields = header_fields(mail, language, order="from to sent subject")
    return (
        '<div id="yahoo_quoted_44" class="yahoo_quoted"><div><div>----- Forwarded Message -----</div>'
        f"<div>{_bold(fields)}</div><div><br></div><div>{html_lines(mail.lines)}</div></div></div>"
    )


def _intro(mail: EarlierMail, language: Language, program: str) -> str:
    address = mail.sender.address
    return escape(intro(mail, language, program), quote=False).replace(
        address, f'<a href="mailto:{address}">{address}</a>'
    )


def _bold(fields: Sequence[HeaderField], gap: str = " ") -> str:
    return "<br>\n".join(f"<b>{name}:</b>{gap}{escape(value, quote=False)}" for name, value in fields)

"""Each rule that cuts or keeps lines of a mail, switched off: `python -m tests.promises.mutate mail` runs the tests."""

from __future__ import annotations

from tests.promises.breaks import Break

CUTS = tuple(
    f"tests/mail/test_{name}.py"
    for name in (
        "cuts",
        "whose_mail",
        "intros",
        "bounds",
        "quotes",
        "quote_headers",
        "signatures",
        "banners",
        "signature_notes",
    )
)
AUTOMATION = tuple(f"tests/mail/test_{name}.py" for name in ("machine_mail", "bounces", "parts", "real_mails"))

_QUOTES = (
    (
        "`>` proves a quote in every mail",
        "bars=bars, marked=mail.is_reply)",
        "bars=bars, marked=True)",
    ),
    ("headers name no answered mail", " or (self.answers and not self.kind)", ""),
    ("bars at the end are no quote", "bars = mail.is_reply and end_with_marks(lines)", "bars = False"),
    ("bars at the end are a quote in any mail", "bars = mail.is_reply and end_with_marks", "bars = end_with_marks"),
    ("initials mark nothing", "        mark_initials(lines)\n", "        pass\n"),
    ("a colleague's answer to somebody else is certain", " or _is_colleagues_answer(quote, mail)", ""),
    (
        "a sender with a second address is somebody else",
        "    return any(name <= words",
        "    return False and any(name <= words",
    ),
    ("one name is a person", "_NAME_WORDS = 2", "_NAME_WORDS = 1"),
    ("headers prove no reply", "    return mail.answers and is_ours\n", "    return False\n"),
    ("headers prove a reply to anybody", "    return mail.answers and is_ours\n", "    return mail.answers\n"),
    ("the quoted sender proves a reply", "    return mail.answers and is_ours\n", "    return is_ours\n"),
    ("any colleague is the one who is answered", "or (not mail.is_internal and is_recipient(", "or (is_recipient("),
    ("a help desk's line is any separator", "quote.asks_for_answers or is_recipient(", "is_recipient("),
    ("a marked mail of a customer is cut below a colleague's note", " or (is_others and mail.is_internal))", ")"),
    ("a mark proves a quote of another's mail", "marked=not is_others)", "marked=True)"),
    ("a bar below an introduction is none beside other marks", "in_quote=True, bars=bars", "bars=bars"),
    ("no forward is opened", "elif forwards and (", "elif False and ("),
    ("the subject tells no forward", '(mail.kind == "forward" and not _answers_forward(quote, mail))', "False"),
    ("a separator tells no forward", "(quote.forward or (mail.kind", "((mail.kind"),
    ("an answer to a forward is one", '"forward" and not _answers_forward(quote, mail))', '"forward")'),
    ("an answer to a forward is no reply", ' == "reply" or _answers_forward(quote, mail)', ' == "reply"'),
    ("the sender's own mail is a certain quote", "is_others or _is_own(quote, mail, headers) or", "is_others or"),
    ("an unmarked quote of the sender's own mail is certain", "quote.marked and not is_others and", "quote.marked and"),
    ("a forward keeps its headers", '    cut_lines(headers, "quote", marked=quote.marked)\n    if', "    if"),
    ("a forward keeps its marks", "        unmark(below, outer=True)\n", "        pass\n"),
    ("a note above a forward keeps its signature", "    cut_signature(above)\n", ""),
    ("a note above a forward keeps its device line", "    cut_device_lines(above)\n", ""),
    (
        "a forwarded thread is kept whole",
        '    _cut_quotes(below, mail._replace(kind="reply", is_internal=False), forwards - 1)\n',
        "",
    ),
    ("a note that points at a thread is ignored", "    _doubt_cuts(below, above)\n", ""),
    (
        "a forward without words gets none",
        "    _doubt_cuts(below, above)\n    if not has_kept_words(lines):",
        "    if False:",
    ),
    (
        "a quote without a mark stays",
        "    elif not (is_kept or announces_answers(kept_text(above))):",
        "    elif False:",
    ),
    ("announced answers are cut", "(is_kept or announces_answers(kept_text(above)))", "is_kept"),
    ("a report of another's mail is cut", "    is_kept = _is_kept(quote, mail)\n", "    is_kept = False\n"),
    (
        "a marked report of another's mail is cut",
        "if is_kept and (quote.has_headers or (is_others and mail.is_internal)):",
        "if False:",
    ),
    ("an unmarked quote always proves itself", "not is_others and _is_reply(quote, mail)", "not is_others"),
    (
        "header lines above `>` stay",
        '        cut_lines(headers, "quote", marked=quote.marked and not is_others)\n',
        "",
    ),
    ("quotes above a quote stay", "    cut_marked_lines(above)\n    is_kept", "    is_kept"),
    ("a colleague's answer hides a customer's mail", "not (mail.is_internal and quote.sender)", "True"),
    (
        "the quoted sender is ignored",
        "quote.asks_for_answers or is_recipient(quote.sender, mail.recipients)",
        "quote.asks_for_answers",
    ),
    ("text that points below is ignored", "    _doubt_cuts(lines, lines)\n", ""),
    (
        "a mail that is only a quote has no text",
        "        _keep(lines)\n        cut_device_lines(lines)\n",
        "        pass\n",
    ),
    ("a signature stays", "    cut_signature(lines)\n    _doubt", "    _doubt"),
    ("a device line stays", "    cut_device_lines(lines)\n    if", "    if"),
)
_MARKED_LINES = (
    ("`>` cuts no line", 'if mark not in (">", "|"):', "if True:"),
    ("`|` cuts any line", 'if mark == "|" and not (bars or in_quote or intro):', "if False:"),
    (
        "`|` proves a quote",
        'line.cut, line.marked = "quote", marked and mark == ">"',
        'line.cut, line.marked = "quote", marked',
    ),
    ("an introduction above `>` stays", "        if intro:\n", "        if False:\n"),
    ("an introduction is always certain", "marked=is_certain_intro(intro.text))", "marked=True)"),
    ("a single bar is a quote", "_MIN_ROWS = 2", "_MIN_ROWS = 1"),
    ("rows of a table are a quote", ' and "|" not in text[1:]', ""),
    (
        "one line with initials is a quote",
        "if start and any(other and other[0] == start[0] for",
        "if start and any(True for",
    ),
)
_RECIPIENTS = (
    (
        "a provider of mailboxes is an organisation",
        "if domain and not _MAILBOX_PROVIDER.fullmatch(domain)",
        "if domain",
    ),
    (
        "a provider's domain holds others",
        "len(labels) > 1 and not _MAILBOX_PROVIDER.fullmatch(domain)",
        "len(labels) > 1",
    ),
    ("domains within a domain are others", "return is_known and any(", "return False and any("),
)
_FINDER = (
    ("no separator is found", "    separator = _find_separator(lines)\n", "    separator = None\n"),
    ("no header block is found", "    block = _find_header_block(lines, end)\n", "    block = None\n"),
    ("no introduction is found", "return _find_intro(lines, end) or block or separator", "return block or separator"),
    (
        "an introduction between dashes stays",
        "if quote_headers.begins_with_rule(line) and is_intro(",
        "if False and is_intro(",
    ),
    ("a rule above a separator stays", 'start = n - 1 if above and not above.strip("— -_=*#") else n', "start = n"),
    (
        "a rule above a header block stays",
        "if n and _UNDERSCORES.fullmatch(lines[n - 1][:LINE_CHARS]) else n",
        "if False else n",
    ),
    (
        "three fields make a header block",
        'Field] = frozenset({"from", "date", "to", "subject"})',
        'Field] = frozenset({"from", "date", "subject"})',
    ),
    (
        "a wrapped field ends the headers",
        "            if not (after == n and fields and",
        "            if True or (after == n and",
    ),
    ("a blank line ends no headers", "if not is_spaced or (n > start", "if (n > start"),
    ("a blank line ends headers in paragraphs", "    is_spaced = True\n", "    is_spaced = False\n"),
    ("a request that begins like a header is one", "    return fields >= _COMPLETE and", "    return False and"),
    ("copies below the headers are text", '"@" not in line and (field', "(field"),
    ("headers prove a quote without address", "return has_date and any(", "return has_date or any("),
    ("headers prove a quote without day", "    return has_date and any(", "    return any("),
    (
        "an address without brackets is none",
        "has_angle_address(intro) or is_dated_address(intro)",
        "has_angle_address(intro)",
    ),
    ("an introduction needs `>`", "names_sender and starts_quote and not _SPEECH.match(speech)", "False"),
    ("a sentence with an address introduces a quote", "names_sender and starts_quote and", "names_sender and"),
    ("an indented quote needs a date and a time", " or _is_indented(lines[last + 1 :])", ""),
    ("speech below a sentence is a quote", " and not _SPEECH.match(speech)", ""),
    ("`>` proves every introduction", "marked and is_certain_intro(intro)", "marked"),
    ("an introduction stands in one line", "_INTRO_LINES = 3", "_INTRO_LINES = 1"),
    (
        "a sentence above is part of the introduction",
        "or (first < last and _SENTENCE_END.search(lines[first][-20:]))",
        "",
    ),
)
_INTROS = (
    ("a personal sentence is an introduction", "    if _is_personal(text):\n", "    if False:\n"),
    (
        "a sentence with an address is an introduction",
        "        return has_date or verb is not None or ",
        "        return True or ",
    ),
    (
        "a date and a time are not needed",
        "    if not (_YEAR.search(words) and _TIME.search(words)):\n",
        "    if False:\n",
    ),
    ("any words stand before date and name", "(order is not None and begins_intro(text))", "(order is not None)"),
    ("a name stands above a date only", 'return order == "name first" or', "return"),
    (
        "any words stand between date and name",
        "        return _order(unaddressed) is not None\n",
        "        return True\n",
    ),
    ("an article is no sign of a sentence", 'and not _ARTICLE.search(before if order == "name first" else after)', ""),
    ("an address without a time introduces a quote", "and _CLOCK.search(text) is not None and", "and"),
    ("many words stand within a date", "if any(len(_WORD.findall(gap)) > _MAX_DATE_WORDS for", "if any(False for"),
    (
        "a name and a date need a mark below",
        "    if begins_intro(text):\n        return True\n",
        "    return begins_intro(text)\n",
    ),
    ("a name may follow name and date", "all(map(_TIME_ZONE.fullmatch, _names(after)))", "True"),
)
_SIGNATURES = (
    ("a banner stays", "    banner, marked = banner_end(texts)\n", "    banner, marked = 0, False\n"),
    (
        "an ending may be all of a text",
        "if at < len(texts) and any(map(has_words, texts[:at])):",
        "if at < len(texts):",
    ),
    ("a footer stays", '    ("footer", footer_start),\n', ""),
    ("a delimiter stays", '    ("signature", _delimiter),\n', ""),
    ("a calendar stays", '    ("signature", calendar_start),\n', ""),
    ("a note below a signature stays", "without_note(lines[n + 1 :])", "lines[n + 1 :]"),
    ("a closing formula ends nothing", '    ("signature", _below_closing),\n', ""),
    (
        "a disclaimer stays",
        '    ("signature", _delimiter),\n    ("disclaimer", disclaimer_start),\n',
        '    ("signature", _delimiter),\n',
    ),
    (
        "a disclaimer above which a signature stands stays",
        '    ("signature", calendar_start),\n    ("disclaimer", disclaimer_start),\n',
        '    ("signature", calendar_start),\n',
    ),
    ("the exact delimiter is a rule like others", '        if lines[n] == "-- ":\n', "        if False:\n"),
    (
        "a request below the delimiter is no doubt",
        'return n, not any("?" in line or is_personal(line) for line in lines[n + 1 :])',
        "return n, True",
    ),
    ("a rule ends the text", "if is_rule(lines[n]) and _is_contact(lines[n + 1 :]):", "if is_rule(lines[n]):"),
    ("no rule but the delimiter ends the text", "if is_rule(lines[n]) and _is_contact(lines[n + 1 :]):", "if False:"),
    (
        "a closing formula ends the text",
        "if _is_closing(lines[n]) and _is_contact(_without_promotion(without_note(lines[n + 1 :]))):",
        "if _is_closing(lines[n]):",
    ),
    (
        "a promotion stays",
        "_is_contact(_without_promotion(without_note(lines[n + 1 :])))",
        "_is_contact(without_note(lines[n + 1 :]))",
    ),
    ("a request is a promotion", "and not _SENDER.search(lines[end - 1])", ""),
    (
        "a request is a contact line",
        "if _REQUEST.search(text) or _IMPERATIVE.match(text):",
        "if _IMPERATIVE.match(text):",
    ),
    ("an order is a contact line", "if _REQUEST.search(text) or _IMPERATIVE.match(text):", "if _REQUEST.search(text):"),
    ("a sentence is a contact line", "        and not any(map(_is_plain_word, words))\n", ""),
    (
        "a sentence without capitals is a contact line",
        "        and len(uncased) <= 2\n        and all(len(word) <= _NAME_CHARS for word in uncased)\n",
        "",
    ),
)
_DISCLAIMERS = (
    ("Slavic languages say I", "if person and person[0]", "if False and person[0]"),
    ("a name with Slavic letters makes French Slavic", " and not _FRENCH.search(text)", ""),
    ("a note on paper stays", "if last < len(lines) and _is_note(", "if last < 0 and _is_note("),
    (
        "a note on paper stands anywhere",
        "range(len(lines) - 1, first - 1, -1) if lines[n].strip()",
        "range(first, len(lines)) if _is_note(lines[n])",
    ),
    ("a note on paper with other words is marked", "return last, _has_only_note_words(note)", "return last, True"),
    ("a note on paper is a guess", "return last, _has_only_note_words(note)", "return last, False"),
    (
        "a question about paper is a note",
        '        return "?" not in line and not speaks_in_first_person(line)\n',
        "        return True\n",
    ),
    ("a virus scanner stays", "return _SCANNED.fullmatch(line) is not None", "return False"),
    (
        "no line but a typical one begins a disclaimer",
        "_begins_disclaimer(lines[n]) or (has_terms and _has_many_terms(lines[n]))",
        "_begins_disclaimer(lines[n])",
    ),
    ("the beginning alone makes a disclaimer", "if is_start and _is_disclaimer(lines[n:]):", "if is_start:"),
    ("a request stands in a disclaimer", 'if "?" in text or is_personal(text):', 'if "?" in text:'),
    ("a question stands in a disclaimer", 'if "?" in text or is_personal(text):', "if is_personal(text):"),
    ("a paragraph below a disclaimer is one", "return all(terms) and len(", "return len("),
    ("one term makes a disclaimer", "_MIN_TERMS = 2", "_MIN_TERMS = 1"),
)
_FOOTERS = (
    (
        "a list server's footer is a guess",
        "return n, _LIST_FOOTER.fullmatch(",
        "return n, False and _LIST_FOOTER.fullmatch(",
    ),
    ("every footer is marked", 'return n, _LIST_FOOTER.fullmatch(" ".join(below)) is not None', "return n, True"),
    ("a footer speaks in the first person", 'and not re.search(r"\\b(?:I|my|me)\\b|\\?(?!\\S)", text)', ""),
    ("a footer of Yahoo Groups stays", "if lines[n].startswith(_GROUP_START) and", "if False and"),
    ("Yahoo Groups ends no footer", " and last == _GROUP_END", ""),
    ("a provider of mailboxes is no sign", '    r"|(\\bmsn\\b|', '    r"|('),
)
_BANNERS = (
    ("any warning is a banner", "and _BANNER.search(text) is not None", ""),
    ("any first paragraph is a banner", "return _START.match(text) is not None and", "return"),
    ("a question is a banner", ' or "?" in paragraph:', ":"),
    (
        "a banner speaks in the first person",
        " and not speaks_in_first_person(paragraph)\n        if not",
        "\n        if not",
    ),
    ("a banner has one paragraph", "_MAX_PARAGRAPHS = 5", "_MAX_PARAGRAPHS = 1"),
    ("a heading ends no banner", "            heading = paragraph\n", "            break\n"),
    (
        "any imperative goes on with a banner",
        "return begins in _ADVICE_STARTS and _ADVICE.search(paragraph)",
        "return (True or begins)",
    ),
    ("any words go on with a banner", "return begins in _ADVICE_STARTS and _ADVICE", "return _ADVICE"),
    ("a rule below a banner stays", "end = at if end else 0", "pass"),
    ("a line between signs needs a blank line below", "(is_rule(line) or _is_enclosed(line))", "is_rule(line)"),
    ("every banner is marked", "marked = is_warning and _MARK.search(paragraph) is not None", "marked = True"),
    ("no banner is marked", "marked = is_warning and _MARK.search(paragraph) is not None", "marked = False"),
)
_SIGNATURE_NOTES = (
    ("any page is a calendar", "not any(host in line for host in _CALENDARS)", "False"),
    (
        "any words stand beside a calendar",
        "if all(word in _CALENDAR_WORDS or word.isdigit() for word in plain)",
        "if True",
    ),
    ("any last paragraph is a note", " or _NOTE.search(text) is None", ""),
    ("a question is a note", ' or "?" in text', ""),
)
_DEVICES = (
    ("a rule ends no paragraph below", 'line.startswith(">") or is_rule(line)', 'line.startswith(">")'),
    ("a rule begins no paragraph", "or not line.strip() or is_rule(line)\n", "or not line.strip()\n"),
    ("a device of another make stays", " or _names_own_device(line)", ""),
    (
        "any words follow a device of another make",
        "    return device is not None and (",
        "    return device is not None or (",
    ),
    (
        "an excuse keeps a device of another make",
        "device.end() == len(line) or _EXCUSE",
        "device.end() == len(line) and _EXCUSE",
    ),
    (
        "a device line within a sentence is cut",
        "mark and ends and (starts_paragraph or line.lstrip()[:1].isupper())",
        "mark",
    ),
    ("any words name a device", "    return has_device and (not rest or", "    return (not rest or"),
    ("any words follow a device", "(not rest or _EXCUSE.fullmatch(rest) is not None)", "True"),
    ("an excuse keeps the line", "(not rest or _EXCUSE.fullmatch(rest) is not None)", "not rest"),
    ("an app's advertisement stays", "return _is_advertisement(words) or", "return"),
    ("a device before the verb stays", " or _names_source(words, is_uncased=is_uncased)", ""),
    ("a network stays", '    line = _NETWORK.sub("", line)\n', ""),
    ("an article hides a device", "return rest if rest and len(first) <= 2 else first", "return first"),
    ("a device that was sent is a source", " and any(map(_names_a_source, words))", ""),
    ("other words stand beside a device and a verb", "device or verb or _stands_between(word) for", "True for"),
    ("a verb in another script needs no source", " and SOURCE_UNCASED.search(line) is not None", ""),
    ("an app on a person's device is advertised", " and lower.isdisjoint(OWN)", ""),
    ("any words stand in an advertisement", "_stands_between(word) for word in others", "True for word in others"),
    ("an app without platform is advertised", "(bool(platforms) or len(bare) == 2)", "True"),
    ("scripts that meet are one word", '        line = _SCRIPT_GAP.sub(" ", line)\n', ""),
)
_POINTERS = (
    ("no place is named", "    if _names_a_place(text):\n", "    if False:\n"),
    ("no colour is named", "return _COLOUR.search(text) is not None and any(map(", "return False and any(map("),
    (
        "every colour points",
        "    return is_pointer or any(word in sentence for word in _SIGHT_WORDS)",
        "    return True",
    ),
    ("a short sentence in a colour does not point", "len(sentence) <= _SHORT_CHARS or _mentions", "_mentions"),
    ("text in a colour does not point", " or any(word in sentence for word in _SIGHT_WORDS)", ""),
)
_HTML = (
    ("a quote of Yahoo is text", 'elif tag == "div" and _QUOTE_WITH_INTRO', 'elif tag == "no" and _QUOTE_WITH_INTRO'),
    (
        "a coloured answer in a quote of Yahoo is quoted",
        "self._quote_has_answers = True",
        "self._quote_has_answers = False",
    ),
    ("colour in any quote is an answer", "is True and self._quote_has_answers", "is True"),
    ("an introduction between rules is none", " if begins_with_rule(line) else line", " if False else line"),
    ("answers in colour are cut", "if self._coloured_lines and (quote", "if False and (quote"),
    ("a quote in one colour is an answer", "        if all(answer or not line for", "        if all(False for"),
    ("links are answers", 'tag not in _VOID and tag != "a"', "tag not in _VOID"),
    ("`>` of a cite element is missing", 'attributes.get("type") == "cite" or ', ""),
    ("a plain blockquote is no quote", " or _introduces(self._last_line())", ""),
)
_AUTO_REPLY = (
    ("the header of RFC 3834 is ignored", '        submitted == "auto-replied"\n        or ', "        "),
    ("old precedence is ignored", '        or precedence == "auto_reply"\n', ""),
    (
        "old headers are ignored",
        "        or any(name in headers.fields and headers.token(name)",
        "        or any(False and headers.token(name)",
    ),
    ("a subject alone is enough", "or ((typical or generated) and is_absence_note(text))", "or typical"),
    ("a request of a form is ignored", "generated and not asks_for_something(text))", "generated)"),
    ("a subject counts for nothing", "    typical = is_absence_subject(subject)\n", "    typical = False\n"),
    ("a note alone is enough", "or ((typical or generated) and", "or ("),
    ("an answer to an invitation makes a ticket", "        or _is_calendar_reply(mail, subject, text)\n", ""),
    ("a comment on an invitation is ignored", "if any(_COMMENT.search(", "if any(False and _COMMENT.search("),
    (
        "a text beside an answer to an invitation is ignored",
        "return not has_own_text or bool(notice",
        "return True or bool(notice",
    ),
    (
        "a program's notice of an answer is a text",
        "return not has_own_text or bool(notice and len(text.split()) <= _ANSWER_WORDS)",
        "return not has_own_text",
    ),
    ("a doubtful subject needs no review", "maybe_auto_reply=typical and not is_auto_reply", "maybe_auto_reply=False"),
    ("bulk mail is written by people", '        or precedence in {"bulk", "junk"}\n', ""),
    ("a mail without return path is written by people", '        or headers.fields.get("return-path") == b"<>"\n', ""),
    (
        "a report of a delivery makes a ticket",
        'settled = delivery in ("read", "delayed", "delivered")',
        "settled = False",
    ),
    ("a failed delivery needs no review", 'undelivered=delivery == "failed"', "undelivered=False"),
)
_BOUNCES = (
    ("a report in a mixed mail is none", 'if mail.content_type != "multipart/mixed" or not mail.parts:', "if True:"),
    ("a read receipt is a bounce", 'if kind == "disposition-notification":', "if False:"),
    (
        "a report without type is none",
        'kind == "delivery-status" or any(part.content_type in _STATUS_TYPES for part in report.parts)',
        'kind == "delivery-status"',
    ),
    ("a postmaster's address is enough", '(is_null or "x-failed-recipients" in mail.headers.fields)', "True"),
    ("an answer to a bounce is one", '    if kind_of_subject(subject):\n        return ""\n', ""),
    (
        "a late mail is lost",
        'if _DELAYED_SUBJECT.search(subject) and "x-failed-recipients" not in mail.headers.fields:',
        "if False:",
    ),
    ("the list of failed recipients is ignored", ' and "x-failed-recipients" not in mail.headers.fields:', ":"),
    ("the subject tells no failure", "if _FAILED_SUBJECT.search(subject) or _FAILED_TEXT", "if _FAILED_TEXT"),
    (
        "the text tells no failure",
        "if _FAILED_SUBJECT.search(subject) or _FAILED_TEXT.search(text[:3000]):",
        "if _FAILED_SUBJECT.search(subject):",
    ),
    ("another mail of a server is a customer's", 'return "other report" if is_daemon else ""', 'return ""'),
    (
        "the actions of a report are ignored",
        'if not actions or b"failed" in actions or not actions <=',
        "if actions or not actions <=",
    ),
)
_PLAIN_TEXT = (
    ("a long text without spaces is truncated", " if _NO_WORDS.fullmatch(run[0]) else run[0]", ""),
    ("words behind an armour line are removed", "_ARMOUR.fullmatch(line.rstrip())", "_ARMOUR.match(line)"),
)

_NOTES = (
    ("any text is an absence note", " or _ABSENCE.search(text) is None", ""),
    (
        "a question in an absence note is ignored",
        'if any(mark in _ADDRESSES.sub("", text) for mark in _QUESTIONS):',
        "if False:",
    ),
    (
        "what a note says beside the absence is ignored",
        "    return all(_belongs(sentence.strip()) for sentence in _SENTENCE_END.split(text))\n",
        "    return True\n",
    ),
    ("the past tense is an absence", "(_PAST, _YOURS, _MINE)", "(_YOURS, _MINE)"),
    (
        "a request in an absence note is ignored",
        "if _REQUEST.search(sentence) or (_PLEASE.search(sentence) and not names_substitute):",
        "if False:",
    ),
)

_UNREAD = (
    ("a signature is unread", "if kind in _NEVER or is_own_text", "if is_own_text"),
    ("a contact with another type is unread", " or part.name.lower().endswith(_NEVER_NAMES)", ""),
    ("an invitation beside a text is unread", "        if part.is_calendar:\n            return self._has_text\n", ""),
    (
        "the other version of a text is unread",
        'if kind == "multipart/alternative" and not child.parts and',
        "if False and",
    ),
    ("an image that HTML refers to is unread", "if not inline and content_id:", "if False:"),
    (
        "an image beside a text is inside it",
        "return self._has_text and (inline or",
        "return self._has_text and (True or",
    ),
    ("an image of a mail without text is read", "return self._has_text and (inline", "return (inline"),
    ("a tracking pixel is unread", " or (part.size <= _TINY_IMAGE and not part.name)", ""),
    ("an attached mail that was opened is unread", "(id(part))) is not None:", "(id(part))) is not None and False:"),
    ("the mail in a report is unread", 'part.parts[:1] if kind == "multipart/report" else part.parts', "part.parts"),
)
_GUESSES = (
    ("rows of other letters are no doubt", "if in_runs >= _FEW_IN_RUNS or (in_runs", "if (in_runs"),
    ("a short word of other letters is no doubt", " or (in_runs and not _LETTER.search(words))", ""),
    ("marks inside words are no doubt", "return len(_ODD_IN_WORD.findall(data)) >= _FEW_ODD", "return False"),
    ("one mark inside a word is a doubt", "_FEW_ODD = 2", "_FEW_ODD = 1"),
    ("quotation marks are a doubt", "words = data.translate(None, delete=_WESTERN_MARKS)", "words = data"),
    ("text that was decoded twice is repaired once", "_MAX_ROUNDS = 3", "_MAX_ROUNDS = 1"),
    ("a single sequence is repaired", " or not (sure or len(sequences) >= _MANY)", ""),
    ("sequences among other letters are repaired", "if len(sequences) < max(1, others) or", "if not sequences or"),
)
_CSS = (
    ("an indent hides nothing", "if indent and _OUT_OF_VIEW", "if False and _OUT_OF_VIEW"),
    ("any indent hides", "if indent and _OUT_OF_VIEW.fullmatch(indent):", "if indent:"),
    ("a child's indent shows nothing", " or indent is not None", ""),
    ("a place out of view hides nothing", "_OUT_OF_VIEW.fullmatch(style.get(name", "_ZERO.fullmatch(style.get(name"),
    ("elements out of place are hidden", 'style.get("position") in ("absolute", "fixed")\n', "True\n"),
    ("the first declaration of a property wins", "if mark or name not in important:", "if mark or name not in style:"),
    ("an important declaration is overridden", "if mark or name not in important:", "if True:"),
    ("an element without opacity is shown", '        or _ZERO.fullmatch(style.get("opacity", "")) is not None\n', ""),
    ("an element without height is hidden", 'style.get("overflow") == "hidden"\n            and any(', "any("),
    ("tiny text is shown", "if (size and _TINY.fullmatch(size)) or visibility", "if visibility"),
    ("text that is hidden by its visibility is shown", 'visibility in ("hidden", "collapse")', "False"),
    (
        "no child is shown again",
        'return shown_before or size is not None or visibility == "visible"',
        "return shown_before",
    ),
    ("grey is a colour of answers", "max(parts) - min(parts) >= _MIN_HUE", "True"),
    ("the ground is a colour of answers", r"(?<![\w-])color\s*:", r"color\s*:"),
)
_SHEETS = (
    ("a rule for narrow screens hides", "match = None if in_query else _SIMPLE", "match = _SIMPLE"),
    ("a rule that may show is ignored", "if not self._maybe_shown.isdisjoint((tag, *marks)):", "if False:"),
    ("an inherited size that may be set is ignored", " if pair[0] not in self._not_applied", ""),
    ("the order of rules decides alone", "for _, _, rule in sorted(found)", "for _, _, rule in found"),
    ("a sheet for print hides", "in_query = media.strip().lower() not in _EVERYWHERE", "in_query = False"),
    ("comments hold rules", 'clean = _COMMENT.sub(" ", sheet[:_SHEET_CHARS])', "clean = sheet[:_SHEET_CHARS]"),
)
_DIGESTS = (
    ("rows of hyphens make a digest", "if not (_DIGEST.search(subject) or _DIGEST.search(pieces[0])):", "if False:"),
    ("the footer of a digest is text", 'fields.get("Subject") != "Digest Footer" and', ""),
    ("the last line of a digest is text", " and not _END.search(piece)", ""),
    ("a row of hyphens ends a mail", 'mails[-1] = last._replace(text=f"{last.text}\\n{piece}")', "pass"),
    ("one sender is several", "return len({mail.sender for mail in mails}) > 1", "return bool(mails)"),
    (
        "a digest in an unknown form is one mail",
        "    return sum(not is_recipient",
        "    return False and sum(not is_recipient",
    ),
    ("our own address is another sender", "sum(not is_recipient(address, recipients) for", "sum(True for"),
)
_SMIME = (
    ("encrypted content is opened", "if data[start : start + length] != value:", "if False:"),
    ("content without a length stays closed", '"big") if digits else _INDEFINITE', '"big")'),
    ("content in pieces stays closed", "while tag == _PIECES and level", "while False and level"),
    ("content that is cut stays closed", "start + 2 <= min(end, len(data))", "start + 2 <= end"),
    ("pieces in pieces end the content", "level += length == _INDEFINITE", "level += 0"),
)
_TRANSFER = (
    ("undeclared quoted-printable stays", "if is_encoded and escapes", "if False and escapes"),
    ("equals signs are escapes", 'if is_encoded and escapes * 10 >= sample.count(b"=") * 9:', "if is_encoded:"),
    ("an escape is quoted-printable", "if is_encoded and escapes", "if escapes"),
    ("undeclared base64 stays", 'if b" " not in sample[:60] and _ONLY_BASE64', "if False and _ONLY_BASE64"),
    ("bytes in base64 are text", 'return "" if b"\\0" in beginning else "base64"', 'return "base64"'),
    ("text below base64 is decoded", "if encoded and encoded.end() < len(data) and", "if False and"),
    ("text declared as base64 is decoded", "return data if _is_plain_text(data) else", "return"),
    ("base64 ends at the first padding", "if len(decoded) == _MAX_PIECES or", "if True or"),
    ("a padding in a wrong place ends a piece", " or (letters + len(padding[0])) % 4:", ":"),
    ("uuencoding stays", 'return _decode_uu(data) if encoding == "x-uuencode" else data', "return data"),
)

RULE_BREAKS = tuple(
    Break("mail", what, f"mail/{file}.py", right, wrong, tests)
    for file, tests, rules in (
        ("quotes", CUTS, _QUOTES),
        ("marked_lines", CUTS, _MARKED_LINES),
        ("recipients", CUTS, _RECIPIENTS),
        ("quote_finder", CUTS, _FINDER),
        ("quote_intros", CUTS, _INTROS),
        ("signatures", CUTS, _SIGNATURES),
        ("disclaimers", CUTS, _DISCLAIMERS),
        ("footers", CUTS, _FOOTERS),
        ("banners", ("tests/mail/test_banners.py",), _BANNERS),
        ("signature_notes", ("tests/mail/test_signature_notes.py",), _SIGNATURE_NOTES),
        ("device_lines", ("tests/mail/test_device_lines.py",), _DEVICES),
        ("pointers", CUTS, _POINTERS),
        (
            "html_page",
            ("tests/mail/test_coloured_answers.py", "tests/mail/test_html_text.py", "tests/mail/test_quote_headers.py"),
            _HTML,
        ),
        ("auto_reply", AUTOMATION, _AUTO_REPLY),
        ("absence_notes", AUTOMATION, _NOTES),
        ("bounces", AUTOMATION, _BOUNCES),
        ("plain_text", CUTS, _PLAIN_TEXT),
        ("unread", ("tests/mail/test_parts.py", "tests/mail/test_bounces.py"), _UNREAD),
        ("charset_guesses", ("tests/mail/test_charsets.py",), _GUESSES),
        ("css", ("tests/mail/test_html_text.py", "tests/mail/test_coloured_answers.py"), _CSS),
        ("style_sheets", ("tests/mail/test_html_text.py",), _SHEETS),
        ("digests", ("tests/mail/test_digests.py",), _DIGESTS),
        ("smime", ("tests/mail/test_smime.py",), _SMIME),
        ("transfer", ("tests/mail/test_transfer.py",), _TRANSFER),
    )
    for what, right, wrong in rules
)

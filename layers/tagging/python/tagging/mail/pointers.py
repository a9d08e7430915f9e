"""Recognises text that points at something below it: "see below", "my answers are inline, in red"."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily

_BELOW = (
    *("below", "underneath", "beneath", "inline", "in-line", "between the lines", "in the text"),
    *("in your text", "in your mail", "in your email", "further down", "scroll down", "at the bottom", "interspersed"),
    *("unten", "s.u.", "s. u.", "nachstehend", "unterhalb", "zwischen den zeilen", "im text", "in ihrer mail"),
    *("ci-dessous", "plus bas", "entre les lignes", "dans le texte", "en dessous", "dans votre mail", "au-dessous"),
    *("abajo", "a continuación", "entre líneas", "en el texto", "debajo", "di seguito", "sotto", "più in basso"),
    *("tra le righe", "nel testo", "abaixo", "entre linhas", "no texto", "a seguir", "hieronder", "onderstaand"),
    *("zie onder", "tussen de regels", "in de tekst", "tussendoor", "nedan", "mellan raderna", "i texten", "nedenfor"),
    *("nedenstående", "nedenunder", "under hvert", "mellem linjerne", "mellom linjene", "i teksten", "alempana"),
    *("alla olev", "alla vast", "katso alla", "ks. alla", "rivien väli", "poniżej", "w treści", "między wierszami"),
    *("níže", "v textu", "nižšie", "lejjebb", "alább", "lentebb", "a szövegben", "mai jos", "în text", "aşağıda"),
    *("satır ara", "ниже", "в тексте", "между строк", "нижче", "у тексті", "παρακάτω", "πιο κάτω", "по-долу"),
    *("spodaj", "ispod", "u tekstu", "allpool", "zemāk", "žemiau", "a sota", "למטה", "בגוף", "أدناه", "في النص"),
    *("以下", "下記", "下方", "下面", "见下", "見下", "如下", "インライン", "行間", "文中", "아래", "본문"),
    *("bên dưới", "phía dưới", "dưới đây", "di bawah", "ด้านล่าง", "ข้างล่าง"),
)
"""What points below, in lower case."""
_BELOW_ASCII = tuple(filter(str.isascii, _BELOW))
_COLOUR = compile_lazily(
    r"\b(?:red|blue|green|purple|orange|bold|capitals?|caps|colou?rs?|rot(?:er|em)?|blau(?:er|em)?|grün(?:er"
    r"|em)?|farbig"
    r"|rouge|bleu|vert|couleur|roj[oa]|azul|verde|negrita|rosso|blu|vermelho|rood|blauw|groen|röd|rött|blå|blått|rødt?"
    r"|punaisella|sinisellä|czerwono|czerwonym|niebiesko|červeně|modře|pirossal|kékkel|roșu|albastru|kırmızı|mavi"
    r"|красным|синим|червоним|синім|κόκκινο|μπλε|biru|merah)\b"
    r"|אדום|כחול|بالأحمر|بالأزرق|赤|青字|红|紅|蓝|빨간|파란|màu",
    re.I,
)
_ANSWER_WORDS = (
    *("answer", "comment", "reply", "replies", "respon", "remark", "notes", "antwort", "kommentar", "anmerkung"),
    *(
        "répon",
        "remarque",
        "respuesta",
        "comentari",
        "rispost",
        "commenti",
        "resposta",
        "antwoord",
        "opmerking",
        "svar",
    ),
    *(
        "vastau",
        "kommentt",
        "odpowied",
        "odpov",
        "komentar",
        "komentář",
        "válasz",
        "răspuns",
        "yanıt",
        "cevap",
        "ответ",
    ),
    *("коммент", "відпов", "απάντη", "σχόλι", "отгов", "odgovor", "vastus", "atbild", "atsak", "תשוב", "תגוב"),
    *("إجاب", "رد", "回答", "回复", "回覆", "返信", "コメント", "답변", "trả lời", "jawaban"),
)
_ANSWER_WORDS_ASCII = tuple(filter(str.isascii, _ANSWER_WORDS))
_SENTENCE = compile_lazily(r"[.!?\n]")
_SIGHT_WORDS = (
    *("see ", "mark", "highlight", "written", "typed", "text", "siehe", "voir", "vedi", "ver ", "véase", "zie ", "se "),
    *("katso", "patrz", "viz ", "lásd", "vezi", "bkz", "см.", "див.", "δείτε"),
)
"""What sends the reader's eye somewhere: "see red text", "marked in blue"."""
_SHORT_CHARS = 20
"""A sentence of this length with a colour is an instruction: "Answers in red", "In blue"."""
_MAX_CHARS = 4000
"""Text that is searched: pointers stand near the top of a reply."""


def points_below(text: str) -> bool:
    """Whether a text points at something below it, or within a quote."""
    text = text[:_MAX_CHARS].lower()
    if _names_a_place(text):
        return True
    return _COLOUR.search(text) is not None and any(map(_names_a_colour, _SENTENCE.split(text)))


def announces_answers(text: str) -> bool:
    """Whether a sentence of a text says that its writer answers below or within a quote."""
    text = text[:_MAX_CHARS].lower()
    return _mentions_answers(text) and any(
        _mentions_answers(sentence) and (_names_a_place(sentence) or _names_a_colour(sentence))
        for sentence in _SENTENCE.split(text)
    )


def _names_a_place(text: str) -> bool:
    for words in _BELOW_ASCII if text.isascii() else _BELOW:  # noqa: SIM110 - a loop costs half of `any`
        if words in text:
            return True
    return False


def _names_a_colour(sentence: str) -> bool:
    """Whether a sentence speaks of answers or text in a colour: not of a dress in red."""
    if not _COLOUR.search(sentence):
        return False
    is_pointer = len(sentence) <= _SHORT_CHARS or _mentions_answers(sentence)
    return is_pointer or any(word in sentence for word in _SIGHT_WORDS)


def _mentions_answers(sentence: str) -> bool:
    return any(word in sentence for word in (_ANSWER_WORDS_ASCII if sentence.isascii() else _ANSWER_WORDS))

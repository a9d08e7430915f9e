"""Recognises the subjects of automatic replies: those of mail programs in many languages."""

# ruff: noqa: RUF001 - subjects in many scripts

from __future__ import annotations

from tagging.mail.patterns import compile_lazily
from tagging.mail.subjects import kind_of_subject

_TYPICAL = (
    "auto reply|auto response|auto responder|autoreply|autoresponse|autoresponder|automatic reply|automatic response"
    "|automated reply|automated response|automatically generated reply|automatic email reply"
    "|out of office|out of the office|out of office reply|out of the office reply|out of office autoreply"
    "|out of office auto reply|out of the office auto reply|out of the office autoreply|out of office message"
    "|out of office response|out of office notification|out of the office message|out of the office response|ooo"
    "|vacation reply|vacation response|vacation message|holiday reply|holiday response|holiday message|absence notice"
    "|automatische antwort|automatische antwortmail|autoantwort|abwesenheitsnotiz|abwesenheitsnachricht"
    "|abwesenheitsmeldung|abwesenheitsassistent|abwesend|nicht im büro"
    "|réponse automatique|absent|absente|absence|absence du bureau|absent du bureau|message d'absence"
    "|notification d'absence"
    "|respuesta automática|fuera de la oficina|fuera de oficina|mensaje de ausencia|ausente"
    "|risposta automatica|fuori sede|fuori ufficio|assente|messaggio di assenza"
    "|resposta automática|ausência|ausência do escritório|fora do escritório|resposta automàtica|fora de l'oficina"
    "|automatisch antwoord|automatische beantwoording|afwezig|afwezigheid|afwezigheidsbericht|niet op kantoor"
    "|autosvar|automatiskt svar|frånvaro|frånvaromeddelande|frånvarande|automatisk svar|fravær|fraværsbesked"
    "|fraværsmelding|ikke på kontoret|ikke til stede|fraværende|sjálfvirkt svar"
    "|automaattinen vastaus|poissa|poissaoloilmoitus|poissa toimistosta|automaatne vastus|automaatvastus"
    "|kontorist väljas"
    "|automatyczna odpowiedź|autoodpowiedź|nieobecność|poza biurem|nieobecny|nieobecna"
    "|automatická odpověď|mimo kancelář|nepřítomnost|automatická odpoveď|mimo kancelárie|neprítomnosť"
    "|automatikus válasz|házon kívül|automatikus üzenet|răspuns automat|absent de la birou|în afara biroului"
    "|otomatik yanıt|otomatik cevap|ofis dışında|ofis dışındayım"
    "|автоматический ответ|автоответ|нет на месте|отсутствие|автоматична відповідь|автовідповідь|відсутність"
    "|автоматичен отговор|извън офиса|автоматски одговор|αυτόματη απάντηση|εκτός γραφείου"
    "|automatski odgovor|izvan ureda|samodejni odgovor|odsoten|odsotnost|avtomatski odgovor"
    "|automatinis atsakymas|automātiska atbilde|automātiskā atbilde|automatische atbilde|përgjigje automatike"
    "|תשובה אוטומטית|מענה אוטומטי|מחוץ למשרד|رد تلقائي|الرد التلقائي|الرد الآلي|رد آلي|خارج المكتب|پاسخ خودکار"
    "|自動応答|自動返信|不在通知|不在のお知らせ|不在連絡|不在"
    "|自动回复|自动答复|自動回覆|自動答覆|自動回復|外出自动回复|不在办公室|休假通知|자동 회신"
    "|자동 응답|부재중|부재 중|부재중 자동 회신"
    "|trả lời tự động|thư trả lời tự động|phản hồi tự động|vắng mặt|balasan otomatis|jawaban otomatis|balasan automatik"
    "|di luar kantor|ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|ข้อความตอบกลับอัตโนมัติ|स्वचालित उत्तर|स्वचालित जवाब"
)
_DELIMITER = compile_lazily(r"[\[\](){}:：]|\s[-–—|]\s|\s(?:re|aw|sv|fw|fwd|wg|antw|rif|tr)(?=:)")


def _normal(subject: str) -> str:
    """The words of a subject in order of the alphabet: languages and versions of a program order them differently."""
    return " ".join(sorted(subject.replace("-", " ").replace("\u2019", "'").replace("i̇", "i").split()))


_SUBJECTS = frozenset(_normal(subject) for subject in _TYPICAL.split("|"))


def is_absence_subject(subject: str) -> bool:
    """Whether a subject is that of an automatic reply, alone or between tags and colons, and not forwarded."""
    pieces = _DELIMITER.split(subject[:200].casefold())
    return any(_normal(piece) in _SUBJECTS for piece in pieces) and kind_of_subject(subject) != "forward"

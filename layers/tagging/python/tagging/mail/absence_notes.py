"""Recognises the texts of absence notes and acknowledgements: each clause says what such a note says."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily

_NOTE_CHARS = 3000
_SENTENCE_WORDS = 40
_LINE_WORDS = 5
"""Most words of a line of a signature: a name, a title, a telephone number."""
_ABSENCE = compile_lazily(
    r"out of (?:the |my )?office|on (?:\w+ ){0,2}(?:leave|vacation|holidays?|business trip)\b"
    r"|\b(?:I|we)(?:.?m|.?re| am| are|.?ll be| will be) (?:currently |now |travel?ling |away|absent|unavailable"
    r"|not (?:in|available))"
    r"|(?:limited|no|without) access to (?:my )?(?:e-?mails?|mails)|will (?:be back|return|reply|respond|get back"
    r"|answer)"
    r"|(?:this is an )?automatic(?:ally generated)? (?:reply|response|message)|received your (?:e-?mail|message)"
    r"|nicht im (?:büro|haus)|abwesend|im urlaub|außer haus|automatisch(?:e|en)? (?:antwort|generiert)"
    r"|en congé|(?:je suis|serai) (?:actuellement )?absente?\b|(?:en|de) vacances|réponse automatique"
    r"|de vacaciones|fuera de la oficina|estoy ausente|ausente (?:hasta|del)|respuesta automática"
    r"|(?:sono|sarò) (?:\w+ )?(?:assente|in ferie)|in ferie|fuori (?:sede|ufficio)|risposta automatica"
    r"|(?:em|de) férias|ausente|fora d(?:o escritório|e l.oficina)|resposta automática"
    r"|afwezig|(?:met|op) vakantie|niet op kantoor|automatisch (?:antwoord|bericht)"
    r"|frånvarande|semester|tjänstledig|föräldraledig|på ferie|h(?:older|ar) ferie|ikke på kontoret|fraværende"
    r"|lomalla|poissa|puhkusel|na urlopie|nieobecn|poza biurem|mimo kancelári?[eě]?|dovolen|szabadság"
    r"|nem vagyok az irodá|concediu|izinde|ofis dışında|tatil"
    r"|в отпуск|отсутств|нет в офисе|у відпустці|на одмору|εκτός γραφείου|απουσιάζω|άδεια|не на месте"
    r"|na dopustu|godišnj\w+ odmor|izvan ureda|atvaļinājum|atostog|me pushime"
    r"|休暇|不在|休假|不在办公室|出差|휴가|외근|부재|nghỉ phép|cuti\b|בחופשה|בחופש|לא במשרד|إجازة|خارج المكتب"
    r"|ลาพักร้อน|ลาหยุด",
    re.I,
)
_CONTACT = compile_lazily(
    r"\burgent|emergenc|\bcolleague|in my absence|\bcontact\b|[\w.]@\w|dringend|kolleg|collègue|urgence|coll?eg[ah]"
    r"|compañer|urgen|spoed|brådskande|haster|hastesaker|kiireelli|piln\w+ sp|koleżank|kolega|naléhav|súrn|sürgős"
    r"|munkatárs|acil|срочн|терміно|коллег|колег|επείγ|συνάδελφ|hitn|nujn|緊急|至急|代理|紧急|緊急|同事|급한|긴급|동료|דחוף|عاجل"
    r"|زميل|khẩn|đồng nghiệp|mendesak|rekan|ด่วน",
    re.I,
)
"""Words of a sentence that says who helps meanwhile."""
_COURTESY = compile_lazily(
    r"(?:many )?thank(?:s| you)(?: very much| so much)?(?:,|!|\.|$| for (?:your |contacting|writing|understanding))"
    r"|(?:hello|hi|dear|good (?:morning|day|afternoon))\b.{0,40}$|(?:best|kind|warm)? ?(?:regards|wishes)\b.{0,40}$"
    r"|(?:your|this) (?:e-?mail|message|mail) (?:will|is|has|was|has been) (?:not )?(?:be )?(?:read|forwarded|answered"
    r"|received)"
    r"|(?:vielen )?dank (?:für ihre|für deine)|guten tag|hallo\b.{0,30}$"
    r"|(?:mit )?(?:freundliche[nr]?|beste[nr]?|viele) grüß"
    r"|(?:bonjour|merci)\b.{0,40}$|cordialement|gracias por su|hola\b.{0,30}$|saludos|un saludo|grazie per|buongiorno"
    r"|cordiali saluti|obrigad[oa] p|bedankt voor|met vriendelijke groet|tack för|med vänlig|takk? for|med venlig"
    r"|med vennlig|dziękuję za|dzień dobry|pozdrawiam|děkuji|s pozdravem|спасибо|здравствуйте|с уважением"
    r"|您好|你好|谢谢|お世話になっております|ありがとうございます|안녕하세요|감사합니다",
    re.I,
)
_PLEASE = compile_lazily(
    r"\b(?:please|kindly|bitte|veuillez|merci de|por favor|per favore|alstublieft|proszę|prosím|prosim|lütfen|molim)\b"
    r"|пожалуйста|παρακαλώ|s.il vous pla[iî]t|请|請|ください|下さい|주세요|יש לפנות|أرجو|يرجى",
    re.I,
)
_PAST = compile_lazily(
    r"\b(?:I|we|my \w+|our \w+) (?:was|were|had|did|came|got|missed|tried|returned|paid|bought|ordered|asked|wrote"
    r"|sent|called)\b|\bI(?:.?ve| have) |\b(?:nobody|no one|nothing|again|still|instead of|war|waren|hatte"
    r"|ich habe(?! kein)"
    r"|j.étais|étions|j.ai|estaba|estuve|estábamos|ero|eravamo|sono stat[oa]|estava|estive|ik was|waren|jag var"
    r"|jeg var|byłem"
    r"|byłam|byl[ai]? jsem|jsem byl[ai]?|bol[ai]? som|olin|voltam|am fost|eram|я был[аи]?|ήμουν)\b"
    r"|dışındaydım|izindeydim|不在でした|留守でした|休暇中でした|的时候|當時|当时",
    re.I,
)
_REQUEST = compile_lazily(
    r"\bI(?:.?d| would)? (?:want|need|demand|still|like|expect|cannot|can.?t)\b|\bcannot receive\b"
    r"|\b(?:cancel|block|freeze|change|move|reschedul|postpone|deliver|bring|fix|repair|replac|stop|pay|clos|hold"
    r"|complain)(?:e|ing|l?ed|s)?\b"
    r"|\b(?:call|phone|ring|write|answer|tell|give|send|let|help|contact|reach|email"
    r"|mail|visit|meet) (?:me|us|it|them|my|our)\b"
    r"|\b(?:never|not|n't) (?:\w+ )?(?:arriv|receiv|work|come|came)|\b(?:stolen|broken|damaged|lost|wrong|missing)\b"
    r"|\b(?:orders?|parcels?|packages?|refunds?|money|fees?|invoices?|payments?|cards?|account|booking|reservation|room"
    r"|subscription|contract|courier|driver|engineer|technician|appointment|app|device|password|flight|ticket)\b"
    r"|\bich (?:möchte|will|brauche|bitte|warte)\b|\bgeld\b|\bkarte\b|bestellung|liefer|paket|konto\b|rechnung|buchung"
    r"|termin\b|stornier|erstatt|gestohlen|kündig|techniker"
    r"|commande|colis|livr(?:er|ai)|argent\b|carte\b|compte\b|facture|rembours|annul|rendez-vous|\bje (?:veux|voudrais)"
    r"|souhaite|pedido|tarjeta|dinero|cuenta|factura|reembols|cancel|entreg|\bcita\b|quiero|necesito|quero|preciso"
    r"|encomenda|cartão|dinheiro|conta\b|fatura|voglio|vorrei|ordine|pacco|rimbors|consegn|fattura|appuntamento|soldi"
    r"|bestelling|pakket|bezorg|terugbetal|rekening|factuur|afspraak|annuler|beställning|paket\b|leverans|återbetal"
    r"|faktura|pengar|avbok|ordre\b|pakke|levering|refunder|penge\b|penger|tilaus|paket[ti]|toimit|lasku\b|rahat|peruut"
    r"|zamówieni|paczk|dostaw|zwrot|pieniąd|kart[aęyu]\b|faktur|wizyt|anuluj|objednáv|balík|doruč|peníz|peniaz|zruš"
    r"|vráťte|rendelés|csomag|szállít|pénz|számla|lemond|comand|colet|livrar|bani\b|anula|sipariş|kargo|teslim"
    r"|iade|param"
    r"|iptal|fatura|заказ|посылк|достав|деньг|верн(?:ите|уть)|карт[аыу]|счет|счёт|отмен|замовлен|кошт|поверн"
    r"|поръчк|пратк"
    r"|παραγγελ|πακέτ|χρήματα|επιστροφ|ακυρ|narudžb|pošilj|novac|naročil|注文|荷物|配達|返金|お金|カード|請求|キャンセル|予約"
    r"|订单|訂單|包裹|快递|退款|退货|送货|卡被|银行卡|取消|发票|주문|택배|배송|환불|카드|취소|הזמנ|חביל|החזר|כסף|כרטיס|לבטל|طلب|شحن"
    r"|استرداد|مال\b|بطاق|إلغاء|đơn hàng|hoàn tiền|giao hàng|thẻ|hủy|pesanan|paket\b|uang|kartu|batalkan",
    re.I,
)
_YOURS = compile_lazily(
    r"\byour (?!(?:kind |recent )?(?:e-?mail|message|mail|inquiry|enquiry|request|patience|understanding|interest|note"
    r"|query)\b)"
    r"|\b(?:ihre|ihren|deine) (?!nachricht|e-?mail|mail|anfrage|geduld)|\bvotre (?!message|e-?mail|mail|courriel"
    r"|compréh|demande|patience)|\bsu (?!mensaje|correo|e-?mail|compren|solicitud)",
    re.I,
)
_MINE = compile_lazily(
    r"\b(?:my|our) (?!(?:\w+ )?(?:colleagues?|absence|e-?mails?|mails?|inbox|mailbox|messages|mobile|phone|cell|office"
    r"|team|return|manager|assistant|deputy|out|vacation|holidays?|leave|desk)\b)"
    r"|\b(?:mein|unser)(?:e|en|em|er)? (?!kolleg|abwesen|e-?mail|mail|urlaub|rückkehr|vertret|postfach|team|mobil)"
    r"|\b(?:mon|ma|mes|notre|nos) (?!coll|absence|e-?mail|mail|courriel|message|retour|bureau|équipe|portable|mobile)",
    re.I,
)
_MAIL = compile_lazily(
    r"^(?!.*\byou\b).*(?:\bmails?\b|e-?mail|message|inbox|post(?:fach|a\b|y\b|i\b|u\b|mi)|e-?post|sähköposti|courriel"
    r"|correo|nachricht|berichten|poczt|почт|пошт|письм|メール|返信|邮件|郵件|信件|메일|회신)",
    re.I,
)
"""What a note says of the mails that come meanwhile."""
_DAY = (
    r"(?:\w+ ){0,2}(?:\d|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|next|further|my)"
)
_RETURN = compile_lazily(
    rf"\b(?:until|till|through|from) {_DAY}|\bback (?:on|in|at|by|to|from|next|tomorrow)\b"
    r"|\breturn(?:ing)?\b"
    r"|\b(?:reply|respon[ds]\w*|answers?) (?:\w+ )?(?:when|once|after|on|as soon|upon|until|with|may|will|then)\b"
    r"|\b(?:zurück|wieder (?:da|im|erreichbar)|ab dem|de retour|reviens|vuelvo|volveré|regres\w+|rientr\w+|torno"
    r"|tornerò|volto|voltarei|(?:terug|tillbaka|tilbage|tilbake) (?:op|in|vanaf|på|den|i|fra|från)|asti|saakka"
    r"|wracam|wrócę"
    r"|vrátím|vrátim|visszat\w*|revin|döneceğim|вернусь|повернусь|επιστρέφω)\b"
    r"|上班|返回|恢复|恢復|回来|戻り|出社|복귀|^\W*\d{1,2}(?:[./-]\d{1,2}\b|\.? \w+\W*$)",
    re.I,
)
_CLAUSE_END = compile_lazily(
    r"[,:]\s|\s[-–—]\s|，|、(?!.{0,3}日)"
    r"| (?:and|but|so|because|und|aber|weil|et|mais|y|pero|ed?|ma|mas|maar|och(?! med)|og(?! med)|men|ale|ja"
    r"|mutta|ve|ama|и|но"
    r"|та|але) | en (?!vac|cong|cas\b|el\b|mi\b|mon\b|met\b|rtt)| i (?=nie\b|jestem)"
)
_SENTENCE_END = compile_lazily(r"(?<=[^\d\s][.!])\s+(?=[^\Wa-z])|[\n。！]|;\s")
_ADDRESSES = compile_lazily(r"https?://\S{1,500}|\S{1,100}\?\S")
_QUESTIONS = ("?", "？", "؟", ";\n")
_NAMES_SENDER = compile_lazily(r"^(?!.*(?:urgen|emergenc)).*\b(?:me|us)\b", re.I)
_REFERRAL = compile_lazily(r"(?:for|with|if|in (?:case|urgent|the case|an? |my absence))\b", re.I)


def is_absence_note(text: str) -> bool:
    """Whether a whole text reads as an absence note or an acknowledgement that asks for nothing.

    A clause of any other kind, the past tense ("I was out of office when ...") and words of a customer's request each
    decide against it. Only a sentence that names a substitute may speak of orders or money: "For refunds please call
    my colleague".
    """
    if len(text) > _NOTE_CHARS or _ABSENCE.search(text) is None:
        return False
    if any(mark in _ADDRESSES.sub("", text) for mark in _QUESTIONS):
        return False
    return all(_belongs(sentence.strip()) for sentence in _SENTENCE_END.split(text))


def asks_for_something(text: str) -> bool:
    """Whether a text has a question or words of a customer's request."""
    text = text[:_NOTE_CHARS]
    has_question = any(mark in _ADDRESSES.sub("", text) for mark in _QUESTIONS)
    return has_question or any(_REQUEST.search(sentence) for sentence in _SENTENCE_END.split(text))


def _belongs(sentence: str) -> bool:
    """Whether a sentence or line is one of an absence note."""
    if len(sentence.split()) > _SENTENCE_WORDS or any(rule.search(sentence) for rule in (_PAST, _YOURS, _MINE)):
        return False
    names_substitute = _CONTACT.search(sentence) is not None
    if names_substitute and _REFERRAL.match(sentence):
        return _NAMES_SENDER.search(sentence) is None
    if _REQUEST.search(sentence) or (_PLEASE.search(sentence) and not names_substitute):
        return False
    return all(_says_absence(clause.strip()) for clause in _CLAUSE_END.split(sentence))


def _says_absence(clause: str) -> bool:
    """Whether a clause says what a clause of an absence note says, or is a line of a signature."""
    words = clause.split()
    if not words or _COURTESY.match(clause) or any(r.search(clause) for r in (_ABSENCE, _CONTACT, _MAIL, _RETURN)):
        return True
    is_line = len(words) <= _LINE_WORDS and clause[-1] not in ".!"
    return is_line and all(word[0].isupper() or not word[0].isalpha() for word in words)

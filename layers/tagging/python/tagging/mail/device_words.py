"""The words of device lines in the languages of mail programs: "sent from", devices, apps, and what stands between."""

# ruff: noqa: RUF001 - words in many scripts

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily

SENT_FROM = compile_lazily(
    r"(?:(?:sent|written|posted|typed|composed|delivered) (?:from|via|using|with|on|by)"
    r"|von (?:meinem|meiner)|(?:gesendet|geschrieben) (?:von|mit|über)|diese nachricht wurde von"
    r"|envoyé (?:de|depuis|à partir de|avec)|enviado (?:desde|do|de|a partir do|pelo|con|com)|enviat (?:des|amb)"
    r"|inviato (?:da|dal|con)|verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf|met|via)"
    r"|(?:skickat|skickad|skickades) från|sendt (?:fra|via|med)|wysłan[eoy] (?:z|za pomocą)|odesláno (?:ze?|přes)"
    r"|odoslané (?:zo?|cez)|(?:отправлено|послано) (?:со?|из|от)|(?:надіслано|відправлено) (?:з|із|зі)"
    r"|изпратено (?:от|с)|trimis (?:de pe|din|de la|cu)|(?:poslano|poslato|послато) (?:z|sa?|iz|са)"
    r"|(?:στάλθηκε|εστάλη|απεσταλμένο|αποστολή) (?:από|με)|nosūtīts no|išsiųsta iš"
    r"|(?:đã |được )?gửi (?:từ|bằng)|(?:dikirim|terkirim) (?:dari|lewat)|dihantar dari(?:pada)?)\s+",
    re.I,
)
"""The beginning of a device line in languages that name the source by a preposition."""
SENT_VERB = compile_lazily(
    r"gesendet|versendet|verschickt|gönderildi|gönderilmiştir|lähetetty|(?:el)?küldve|saadetud", re.I
)
"""The verb of a device line in languages that name the source by a case, or before the verb."""
SOURCE = compile_lazily(r"von|vom|mit|aus|ile|\w{3,}(?:i?st[aä]?|r[óőo]l|b[óőo]l|[dt][ae]n)", re.I)
"""A preposition or a case that says "from": without one, "Lähetetty iPhone" tells that a phone was sent."""
SENT_UNCASED = compile_lazily(
    r"נשלחה?|أرسلت?|مرسلة?|الإرسال|إرسالها?|ارسال|[发發來来]自|[发發][送出]|傳送|寄出|送信|보냄|보냈습니다|발송|ส่ง(?:จาก|โดย)|भेजा"
)
SOURCE_UNCASED = compile_lazily(
    r"[发發來来送]自|[从從由]|から|にて|に?で|에서|으?로 |ส่ง(?:จาก|โดย)"
    r"|(?<![א-ת])מ(?:ה?-| |ה?(?:אייפ|טלפון|נייד|סמארט|מכשיר))|من |بواسطة|عبر|از |से "
)
_DEVICES = (
    r"אייפון|אייפד|טלפון|סמארטפון|מכשיר|נייד|סמסונג|גלקסי|هاتفي?|جوالي?|آيفون|أيفون|آيباد|سامسونج|جالكسي|هواوي|جهازي?|بريد"
    r"|手[机機]|平板|[电電][脑腦]|[华華][为為]|[荣榮]耀|[小红紅]米|[苹蘋]果|三星|魅族|一加|网易"
    r"|邮[件箱]|郵件|信箱"
    r"|スマートフォン|スマホ|携帯|タブレット|アイフォン|端末|メール|스마트폰|휴대폰|휴대전화|핸드폰|아이폰|아이패드|삼성|갤럭시|메일"
    r"|โทรศัพท์|มือถือ|ไอโฟน|ไอแพด|ซัมซุง|เครื่อง|อีเมล"
)
UNCASED_DEVICE = compile_lazily(_DEVICES)
PIECES = compile_lazily(
    rf"(?:{_DEVICES}|נשלחה?|מה?|של|שלי|עבור|[לה]|אנדרואיד|المرسل|مرسلة?|أرسلت?|تم|الإرسال|إرسالها?|ارسال|شده|از"
    r"|من|بواسطة|عبر|باستخدام|ال|لـ?|ـ|الخاص|بي|الذكي|المحمول|تطبيق|أندرويد|[发發來来]?自|[发發][送出]|傳送|寄出|[从從由]|我|的|大师|客户端|[应應]用|版"
    r"|智能|から|私の|アプリ|を使用して|[で用]|にて|送信|나의|내|에서|으?로|보냄|보냈습니다|발송|됨|앱|용|ส่ง|จาก|โดย|ของ|ฉัน|ผม|แอป"
    r"|สำหรับ|मेरे|से|भेजा|गया|[获獲]取|下[载載]|取得|[適适]用[於于]|入手|を|ダウンロード|다운로드|받기|รับ"
    r"|ดาวน์โหลด|קבלו?|הורידו?|את|الحصول|احصل|على|تنزيل)+"
)
"""What the words of a device line consist of in scripts without capitals."""
_GET = (
    "get download hol holen sie sich dir obtenir obtenez télécharger téléchargez obtener obtén obtenga"
    " descargar obteniu scarica ottieni baixe obter obtenha baixar hent få last ned skaff deg hämta skaffa"
    " hanki lataa pobierz aplikację program stáhnout získat získejte stáhněte získať stiahnuť descarcă"
    " descărcați obțineți скачать загрузить загрузите получить получите скачайте завантажити отримати отримайте"
    " завантажте herunterladen beziehen downloaden letöltése beszerzése letöltés indirin indir edinin edinmek"
    " alın αποκτήστε λήψη κατεβάστε nabavite preuzmite pridobite prenesite hankige laadi alla lejupielādēt"
    " iegūstiet atsisiųsti gaukite изтеглете вземете tải xuống dapatkan unduh muat turun"
)
GET_WORDS = frozenset(_GET.split())
"""Words of "Get Outlook for Android"."""
GET_UNCASED = compile_lazily(
    r"קבלו?\b|הורידו?\b|الحصول|احصل|تنزيل|[获獲]取|下[载載]|取得|入手|ダウンロード|다운로드|받기|รับ|ดาวน์โหลด"
)
OWN = frozenset(("my", "on", "mein", "meinem", "mon", "mi", "mijn", "min", "mitt", "moje", "meu", "mio"))
"""Words of a person who wants an app: "Get Outlook on my iPhone"."""
APP = compile_lazily(r"(?:outlook|gmail|yahoo|blue ?mail|spark|protonmail|proton|aquamail)\w{0,6}", re.I)
PLATFORM = compile_lazily(r"(?:ios|android|iphone|ipad|windows|mac|mobile)\w{0,6}", re.I)
DEVICE = compile_lazily(
    r"i?phones?|(?:iphone?|ipad|android|samsung|galaxy|huawei|xiaomi|windows|outlook|gmail|yahoo|mobilger[äa]t)\w{0,8}"
    r"|ipod|ios|imac|macbook|apple|smart(?:phone|fon|telefon|tālru)\w{0,6}|honor|redmi|oneplus|oppo|vivo|realme|nokia"
    r"|lumia|motorola|xperia|htc|pixel|blackberry|hotmail|aol|proton|protonmail|tutanota|tuta|fairemail|aquamail|bluemail"
    r"|airmail|thunderbird|mailspring|k-9|gmx|web\.de|mail\.ru|t-online|yandex|mobile|cellphone|cell|tablet\w{0,6}"
    r"|devices?|handset|mobile?n?|(?:mobil|okos|nuti)?telefon\w{0,8}|telefoon|téléphone|teléfono|telèfon|telefone|móvil"
    r"|celular|portable|cellulare|mail|e-?mail|e-?post\w{0,5}|phone|computer\w{0,4}|pc|laptop|watch|surface|fairphone"
    r"|chromebook|mailbird|edison|canary|mimestream|superhuman|typeapp|typemail|zoho|spark|handy|ger[äa]t|(?:äly|matka)?puhelime\w{1,5}"
    r"|laittee\w{2,5}|sähköposti\w{1,4}|készülék\w{0,8}|cihaz\w{0,8}|posta|pošt[ay]|poczty|dispositivo|dispozitiv\w{0,5}"
    r"|appareil|apparaat|enhet|enhed|zařízení|zariadenia|mobil\w{0,4}|urządzeni\w{1,2}|komórki|viedtālru\w{2,4}"
    r"|телефон\w{0,3}|смартфон\w{0,3}|устройств\w{1,3}|планшет\w{0,3}|мобильно\w{1,3}|пристро\w{1,4}|айфон\w{0,3}"
    r"|почт\w{1,2}|пошт\w{1,2}|κινητό|τηλέφωνο|συσκευή|thoại|ponsel|telepon|peranti",
    re.I,
)
BETWEEN = compile_lazily(
    r"my|the|an?|of|for|on|and|by|in|to|with|via|from|app|free|secure|pro|plus|max|mini|ultra|note|edge|air|lite|se|fold"
    r"|flip|sony|lg|google|mi|poco|moto|microsoft|verizon|vodafone|at&t|sprint|o2|ee|orange|telekom|t-mobile|telstra"
    r"|three|wireless|network|lte|[2-6]g|digits?|inc|ltd|[®™|–—-]|von|vom|aus|mit|der|dem|meinem|meiner|gesendet"
    r"|versendet|und|mon|ma|mes|de|du|la|le|les|un|une|meu|minha|do|da|dal|mio|mia|il|mijn|min|mitt|moje|mojego|mojej"
    r"|mého|mé|môjho|für|pour|para|per|pre|pro|voor|til|från|fra|ze?|zo|na|моего|моей|мого|моєї|моя|мой|mojega|mog|uden|pe"
    r"|el|az?|μου|το|από|του|για|για|pentru|для|ile|för|dla|systemu|aplikacji|aplikace|aplikácie|programu|mobilního|mobilného|application"
    r"|aplicación|için|akıllı|minu|mana|mano|saya|của|tôi|điện|del|meul|amb|untuk|cho|ứng|dụng|\w{0,6}\d\w{0,6}",
    re.I,
)
"""Words that may stand between device names, models and numbers among them."""
_FIRST = (
    "sent written posted typed composed delivered von vom gesendet geschrieben diese envoyé enviado enviat inviato"
    " verzonden verstuurd skickat skickad skickades sendt lähetetty wysłano wysłane wysłany odesláno odoslané"
    " отправлено послано надіслано відправлено изпратено trimis elküldve küldve poslano poslato послато gönderildi"
    " στάλθηκε εστάλη απεσταλμένο αποστολή nosūtīts išsiųsta saadetud đã được gửi dikirim terkirim dihantar outlook az"
    " נשלח נשלחה مرسل أرسلت أرسل تم ارسال"
)
FIRST_WORDS = GET_WORDS.difference(["sie", "sich", "dir", "ned", "deg", "program", "aplikację"]).union(_FIRST.split())
"""The first words of device lines: a check that costs less than the patterns."""
INNER_WORDS = (
    *("送信", "보냄", "보냈", "gönderildi", "gönderilmiştir", "lähetetty", "küldve", "发自", "發自", "来自", "來自"),
    *("发送", "傳送", "ส่งจาก", "ส่งโดย", "भेजा", "Outlook", "versendet", "verschickt"),
)
"""Parts of lines beyond ASCII that may be device lines, whatever their first words."""

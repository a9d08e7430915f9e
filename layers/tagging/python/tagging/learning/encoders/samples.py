"""Short texts of our own in many languages: what an encoder's features are centred and compared on."""

from __future__ import annotations

from collections.abc import Collection

SAMPLES = {
    "en": (
        "The washing machine that I bought in your shop leaks since yesterday evening.",
        "Could somebody call me back before noon? My number is in the file.",
        "Thank you, everything works again!",
        "I would like to cancel the newspaper from the end of June.",
        "How long is the warranty on the grey office chair?",
        "Two of the six glasses were broken when I opened the box.",
        "Please send me the contract as a PDF, I need it for the tax office.",
        "hi, any news?",
    ),
    "de": (
        "Der Drucker zeigt seit dem Update nur noch eine Fehlermeldung.",
        "Könnten Sie mir bitte eine Kopie des Vertrags schicken?",
        "Vielen Dank, das hat geklappt!",
    ),
    "fr": (
        "Le technicien devait passer hier, mais personne n'est venu.",
        "Est-il possible de changer la couleur du canapé que j'ai commandé ?",
        "Merci beaucoup pour votre aide.",
    ),
    "es": (
        "La caldera hace un ruido extraño y no calienta el agua.",
        "¿Hasta qué hora está abierta la oficina los viernes?",
        "Muchas gracias, ya está solucionado.",
    ),
    "it": (
        "Il corso di lunedì è stato spostato e nessuno mi ha avvisato.",
        "Posso avere un preventivo per tre finestre nuove?",
    ),
    "pt": (
        "O elevador do prédio está parado desde sábado.",
        "Gostava de saber se ainda há bilhetes para o concerto.",
    ),
    "nl": (
        "De fiets heeft al na een week een lekke band.",
        "Kunt u mij vertellen welke documenten ik moet meenemen?",
    ),
    "pl": (
        "Aplikacja zamyka się zaraz po uruchomieniu.",
        "Ile kosztuje wymiana szyby w tym modelu?",
    ),
    "sv": (
        "Lampan som jag köpte av er blinkar hela tiden.",
        "Går det att få fakturan på engelska?",
    ),
    "ru": (
        "После обновления телефон не видит сеть.",
        "Подскажите, какие документы нужны для договора?",
    ),
    "el": (
        "Το ψυγείο δεν παγώνει από χθες το βράδυ.",
        "Πόσο διαρκεί η εγγύηση για το συγκεκριμένο μοντέλο;",
    ),
    "tr": (
        "Koltuğun bir ayağı kırık geldi, fotoğraf ekledim.",
        "Randevumu öğleden sonraya almak mümkün mü?",
    ),
    "cs": ("Topení v kanceláři od pondělí nefunguje.",),
    "da": ("Hvor lang tid tager det at reparere skærmen?",),
    "fi": ("Kahvinkeitin lakkasi toimimasta kahden päivän jälkeen.",),
    "ro": ("Aș dori o ofertă pentru reparația acoperișului.",),
    "hu": ("A számla második oldala hiányzik, kérem, küldjék el újra.",),
    "uk": ("Чи можна змінити дату встановлення кондиціонера?",),
    "zh": ("打印机一直显示缺纸\uff0c请问怎么处理？",),
    "ja": ("届いた椅子の脚が一本足りません。",),
    "ko": ("설명서가 빠져 있어서 조립할 수 없습니다.",),
    "ar": ("المكيف لا يعمل منذ يوم الأحد.",),
    "hi": ("कल से इंटरनेट बहुत धीमा चल रहा है।",),
}
"""Language -> texts."""


def samples(languages: Collection[str]) -> tuple[str, ...]:
    """The texts in these languages; the English ones where there are none."""
    known = [text for language, texts in SAMPLES.items() if language in languages for text in texts]
    return tuple(known) or SAMPLES["en"]

"""English goes through, other languages go to a person."""

from __future__ import annotations

import pytest

from tagging.model.language import in_scripts, is_english, is_known

ENGLISH = [
    "My card was stolen, please block it.",
    "refund please",
    "Card declined",
    "Where's my parcel? Order 4711.",
    "wifi password?",
    "Invoice 2024-118 paid twice",
    "Can't log in since yesterday",
    "Reset password not working iPhone app",
    "Hello Müller team, I'd like to cancel my Grüezi subscription.",
    "Die app crashes on start",
    "Table at the café for José and Zoë Müller tonight?",
    "Refund Łukasz Wójcik, Kraków order 5518",
    "Need to check in at 11 pm on Friday",
    "Cancel standing order to Société Générale",
    "👍",
    "12345",
    "",
]
OTHERS = {
    "German": "Guten Tag, ich habe meine Karte verloren und brauche bitte eine neue.",
    "German, short": "Bitte meine Bestellung stornieren, das ist nicht richtig",
    "French": "Bonjour, je voudrais annuler ma réservation pour demain, merci.",
    "Spanish": "Hola, quiero cancelar mi reserva para el viernes, gracias.",
    "Spanish, without frequent words": "Llevo dos semanas esperando mi tarjeta nueva. ¿Cuándo va a llegar?",
    "Italian": "Buongiorno, vorrei annullare la mia prenotazione per domani.",
    "Portuguese": "Olá, não consigo entrar na minha conta, você pode ajudar?",
    "Dutch": "Hallo, ik wil mijn bestelling annuleren want het is niet op tijd.",
    "Swedish": "Hej, jag har tappat mitt kort och vill ha ett nytt.",
    "Danish": "Hej, jeg har mistet mit kort og vil gerne have et nyt.",
    "Polish": "Dzień dobry, nie mogę się zalogować na moje konto, proszę o pomoc.",
    "Turkish": "Merhaba, kart\u0131m\u0131 kaybettim ve yeni bir kart için yard\u0131m istiyorum.",
    "Finnish": "Hei, olen kadottanut korttini ja tarvitsen uuden, kiitos.",
    "Romanian": "Bună ziua, am pierdut cardul și nu pot plăti, vă mulțumesc.",
    "Czech": "Dobrý den, ztratil jsem kartu a prosím o novou, děkuji.",
    "Indonesian": "Saya tidak bisa masuk ke akun saya, tolong bantu dengan ini.",
    "Vietnamese": "Xin chào, tôi không thể đăng nhập vào tài khoản của tôi.",
    "Polish, short": "Zgubiłem kartę, proszę zablokować.",
    "Slovak": "Som mimo kancelárie do 14. mája.",
    "Turkish, short": "Kart\u0131m çal\u0131nd\u0131 - lütfen bloke edin.",
    "Croatian": "Molim otkazivanje narudžbe, hvala.",
    "Lithuanian": "Labas, mano kortelė yra pavogta.",
    "Latvian": "Labdien, mana karte ir nozagta.",
    "Estonian": "Tere, minu kaart on kadunud, palun abi.",
    "Norwegian": "Hei, kortet mitt er stjålet, takk for hjelp.",
    "Catalan": "Hola, vull anul·lar la meva reserva, gràcies.",
    "Russian": "Здравствуйте, я потерял карту.",
    "Greek": "Καλημέρα, έχασα την κάρτα μου.",
    "Arabic": "مرحبا، لقد فقدت بطاقتي",
    "Hebrew": "שלום, איבדתי את הכרטיס שלי",
    "Hindi": "नमस्ते, मेरा कार्ड खो गया है",
    "Chinese": "我的卡丢了\uff0c请帮我挂失。",
    "Japanese": "カードをなくしました。",
    "Korean": "카드를 잃어버렸어요",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_support_phrases_are_not_flagged(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_flagged(language: str) -> None:
    assert not is_english(OTHERS[language])


def test_a_name_or_a_phrase_of_another_language_does_not_hide_english() -> None:
    assert is_english("The hotel Zum Goldenen Löwen und Adler charged my card twice, can you please check this?")


def test_only_the_beginning_of_a_long_text_counts() -> None:
    assert is_english("This is what we were told by your harness. " * 1000 + OTHERS["German"] * 1000)


KNOWS_MORE = ("en", "de", "el", "ru")


@pytest.mark.parametrize("language", ["German", "German, short", "Russian", "Greek"])
def test_languages_that_the_encoder_knows_are_not_flagged(language: str) -> None:
    assert is_known(OTHERS[language], KNOWS_MORE)


@pytest.mark.parametrize("language", ["French", "Spanish", "Polish", "Turkish", "Arabic", "Chinese", "Korean"])
def test_languages_that_it_does_not_know_are_flagged(language: str) -> None:
    assert not is_known(OTHERS[language], KNOWS_MORE)


def test_a_long_text_in_a_language_without_frequent_words_of_ours_is_known() -> None:
    assert is_known(OTHERS["Russian"] * 10, KNOWS_MORE)
    assert is_known("Habari, kadi yangu ya benki imepotea jana jioni na nahitaji mpya. " * 5, ("en", "sw"))


def test_a_word_piece_counts_by_its_letters() -> None:
    assert in_scripts("\u2581naïve-2", KNOWS_MORE)
    assert in_scripts("##карта", KNOWS_MORE)
    assert not in_scripts("карта", ("en", "el"))
    assert not in_scripts("a漢", KNOWS_MORE)

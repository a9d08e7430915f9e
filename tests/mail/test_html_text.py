"""HTML becomes the lines that a reader sees."""

from __future__ import annotations

import pytest

from tagging.mail.html import html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two &amp; three</p>", "One\n\ntwo & three"),
        ("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree"),
        ("one\n  <b>two</b>\nthree", "one two three"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<table><tr><td>one</td><td>two</td></tr><tr><td>three</table>", "one\ntwo\nthree"),
        ("caf&eacute; &#8364; &euro;", "café € €"),
        ("re&shy;fund&zwnj; &nbsp;&#8203;&#x202e;now", "refund now"),
        ("<meta charset=iso-8859-1><p>café €</p>", "café €"),
        ("<script>var a = '<p>no</p>'</script>yes<style>p {}</style>", "yes"),
        ('<div style="display: none">no <div>no</div></div>yes', "yes"),
        ('<span hidden>no</span>yes<p style="font-size:0px">no</p>', "yes"),
        ('<p style="font-size:0.9em">yes</p>', "yes"),
        ('<td style="font-size:0px"><div style="font-size:13px">yes</div>no</td>', "yes"),
        ('<div style="visibility:hidden">no<b style="visibility:visible">yes</b></div>', "yes"),
        ('<div style="display:none;display:block">yes</div>', "yes"),
        ('<div style="display:none !important;display:block">no</div>yes', "yes"),
        ('<div style="color:#fff;font-size:1px;opacity:0">no</div>yes', "yes"),
        ('<div style="mso-hide:all">yes</div>', "yes"),
        ('<div style="text-indent:-9999px">no<p style="text-indent:0">yes</p></div>', "yes"),
        ('<div style="text-indent:-20px">yes</div>', "yes"),
        ('<div style="position:absolute;left:-9999px">no</div>yes', "yes"),
        ('<div style="position:absolute;top:-20px;margin-left:-9999px">yes</div>', "yes"),
        ('<div style="left:-9999px">one</div>two', "one\ntwo"),
        ('yes<div class="yahoo_quoted" id="yahoo_quoted_1">no<br>no</div>', "yes\n> no\n> no"),
        ('<div class="yahoo_quoted">no<div style="color:red">yes</div></div>', "> no\nyes"),
        ('<blockquote type="cite">no<div style="color:red">no</div></blockquote>', "> no\n> no"),
        ('<div style="max-height:0;overflow:hidden">no</div>yes<p style="max-height:0">yes</p>', "yes\n\nyes"),
        ('<blockquote type="cite">one<br>two</blockquote>', "> one\n> two"),
        ('<blockquote class="gmail_quote">one</blockquote>two', "> one\n\ntwo"),
        (
            "<p>---- On Mon, 3 Mar 2025 09:12 Jo &lt;jo@shop.example&gt; wrote ----</p><blockquote>no</blockquote>",
            "---- On Mon, 3 Mar 2025 09:12 Jo <jo@shop.example> wrote ----\n\n> no",
        ),
        ("<blockquote>indented</blockquote>", "indented"),
        ('yes<div class="gmail_signature">Jo</div>', "yes\n-- \nJo"),
        ("<!--[if mso]><p>no</p><![endif]-->yes", "yes"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>never <b>closed", "never closed"),
        ("plain words", "plain words"),
        ("", ""),
    ],
)
def test_markup_becomes_lines(markup: str, text: str) -> None:
    assert html_to_text(markup, 1000).text == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hi</p><textarea>one\ntwo</textarea>", "Hi\n\none\ntwo"),
        ("<label>Name</label><input value=Kim><input type=hidden value=no><input type=password value=no>", "Name\nKim"),
        ("<select><option>no<option selected>yes</select>then", "no\nyes\nthen"),
        ("<select><option>first<option>no</select>", "first"),
        ("<button>yes</button><svg><title>no</title><defs>no</defs><text>yes</text></svg>", "yes\nyes"),
    ],
)
def test_words_of_forms_and_drawings_are_read(markup: str, text: str) -> None:
    assert html_to_text(markup, 1000).text == text


@pytest.mark.parametrize(
    ("sheet", "is_hidden"),
    [
        (".x{display:none}", True),
        ("#y { color: red; visibility: hidden }", True),
        ("div { opacity: 0 }", True),
        ("div.x, ul {max-height:0;overflow:hidden}", True),
        (".x{font-size:0}", True),
        ("@font-face{font-family:a}.x{display:none}", True),
        ("/* } */ .x{display:none} /*", True),
        (".x{display:none}.x{display:block}", False),
        (".x{display:block}div{display:none}", False),
        ("#y{display:block}.x{display:none}", False),
        ("#y{display:block}div.x{display:none}", False),
        (".x{display:none !important}#y{display:block}", True),
        ("@media print{.x{display:none}}", False),
        ("@media (max-width:600px){div{display:none}} p{color:red}", False),
        (".x{display:none}@media (max-width:600px){.x{display:block}}", False),
        (".x{display:none} td .x{display:block}", False),
        (".x{font-size:0} td p{font-size:14px}", False),
        ("td .x{display:none}", False),
        (".x:hover{display:none}", False),
        (".x[a]{display:none}", False),
        (".X{display:none}", False),
        (".x{display:none", False),
        ("}}{{.x{", False),
    ],
)
def test_a_style_sheet_hides_what_a_browser_hides(sheet: str, is_hidden: bool) -> None:
    markup = f"<style>{sheet}</style><p>Hi</p><div class='a x' id=y>Block it</div>"
    assert html_to_text(markup, 1000).text == ("Hi" if is_hidden else "Hi\n\nBlock it")


def test_the_style_of_an_element_and_the_medium_of_a_sheet_decide() -> None:
    shown = "<div class=x style='display:block'>yes</div>"
    assert html_to_text(f"<style>.x{{display:none}}</style>{shown}<b class=x>no</b>", 1000).text == "yes"
    assert html_to_text("<style media=print>.x{display:none}</style><b class=x>yes</b>", 1000).text == "yes"


@pytest.mark.parametrize(
    "markup",
    ['<a href="never closed>My card is lost', '<div style="display:none">My card is lost', "<title>My card is lost"],
)
def test_markup_that_hides_every_word_is_read_without_its_structure(markup: str) -> None:
    assert "My card is lost" in html_to_text(markup, 1000).text


def test_text_is_cut_at_the_limit() -> None:
    assert html_to_text("<p>four</p>" * 5000, 100).text == ("four\n\n" * 20)[:100]


def test_words_below_endless_nesting_are_found() -> None:
    assert html_to_text("<div>" * 50_000 + "My card is lost", 1000).text == "My card is lost"

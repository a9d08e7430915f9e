"use strict";
// Keys of the review form, its filter, sliders, and pictures that cannot be read. Every page works without this file.

const NEXT = { yes: "no", no: "unseen", unseen: "yes" };

function stateOf(choice) {
  return choice.querySelector("input:checked")?.value ?? "no";
}

function paint(choice) {
  choice.classList.toggle("chosen", stateOf(choice) === "yes");
  choice.classList.toggle("set-aside", stateOf(choice) === "unseen");
}

function turn(choice) {
  // A label is ticked first, also where it was "no" from the beginning; then keys go round.
  const state = stateOf(choice);
  const next = state === "no" && !choice.dataset.turned ? "yes" : NEXT[state];
  choice.dataset.turned = "yes";
  choice.querySelector(`input[value="${next}"]`).checked = true;
  paint(choice);
  choice.scrollIntoView({ block: "nearest" });
}

function reviewKeys(form) {
  const choices = [...form.querySelectorAll(".choice")];
  const filter = form.querySelector("[data-filter]");
  const help = document.getElementById("help");
  const isShown = () => form.getClientRects().length > 0;
  const press = (action) => document.querySelector(`[data-action="${action}"]`)?.click();

  // A blind answer without any label is asked about once more: nobody would notice one that was not meant.
  const asksAgain = (button) => {
    const asked = form.querySelector("[data-none]");
    if (!asked?.hidden || button?.value !== "complete" || choices.some((choice) => stateOf(choice) !== "no")) return false;
    asked.hidden = false;
    return true;
  };

  const show = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const choice of choices) {
      const content = choice.querySelector(".name").textContent + " " + choice.querySelector(".description").textContent;
      choice.hidden = !words.every((word) => content.toLowerCase().includes(word));
    }
    for (const head of form.querySelectorAll(".head")) {
      head.hidden = ![...head.querySelectorAll(".choice")].some((choice) => !choice.hidden);
    }
  };
  const leave = () => {
    filter.value = "";
    show("");
    filter.blur();
  };

  choices.forEach(paint);
  form.addEventListener("change", (event) => {
    const choice = event.target.closest(".choice");
    if (choice) paint(choice);
  });
  form.addEventListener("submit", (event) => {
    if (asksAgain(event.submitter)) {
      event.preventDefault();
      return;
    }
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  form.querySelector("[data-help]")?.addEventListener("click", () => help.showModal());
  filter?.addEventListener("input", () => show(filter.value));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open || !isShown()) return;
    const target = event.target;
    if (target === filter) {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      const first = choices.find((choice) => !choice.hidden);
      if (event.key === "Enter" && filter.value && first) turn(first);
      leave();
      return;
    }
    const types = target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (types) {
      if (event.key === "Escape") target.blur();
      return;
    }
    if (event.key === "Enter" && target.matches("a, button, summary")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const choice = choices.find((each) => each.dataset.key === key);
    const action = choice ? () => turn(choice)
      : key === "?" && help ? () => help.showModal()
      : key === "/" && filter ? () => filter.focus()
      : key === "Enter" || "csu".includes(key) ? () => press(key)
      : null;
    if (!action) return;
    event.preventDefault();
    if (!event.repeat) action(); // a key that is held down would answer the next items too
  });
}

function slider(range) {
  const number = document.getElementById(range.dataset.number);
  range.addEventListener("input", () => { number.value = range.value; });
  number.addEventListener("input", () => { range.value = number.value; });
}

function watch(picture) {
  const tell = () => { picture.parentElement.querySelector("[data-unreadable]").hidden = false; };
  if (picture.complete && !picture.naturalWidth) tell();
  picture.addEventListener("error", tell);
}

window.addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  if (event.persisted) document.querySelectorAll(".choice").forEach(paint);
});
document.querySelectorAll("[data-review]").forEach(reviewKeys);
document.querySelectorAll("[data-number]").forEach(slider);
document.querySelectorAll("img.picture").forEach(watch);

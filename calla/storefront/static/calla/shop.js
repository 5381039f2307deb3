// Small comforts of every page. Each works without this file.

const cookie = (name) =>
  document.cookie.split("; ").map((pair) => pair.split("="))
    .find(([key]) => key === name || key === `__Host-${name}`)?.[1] ?? "";

function showCount() {
  const count = cookie("bag");
  for (const place of document.querySelectorAll("[data-bag]")) {
    place.textContent = /^[1-9]\d{0,3}$/.test(count) ? count : "";
    if (place.textContent) place.setAttribute("aria-label", `${count} in it`);
    else place.removeAttribute("aria-label");
  }
}

showCount();
addEventListener("pageshow", showCount);
addEventListener("bag", showCount);

// The menu closes like a menu: by Escape, and by a click or the focus going elsewhere.
for (const menu of document.querySelectorAll("[data-menu]")) {
  const close = (event) => { if (!menu.contains(event.target)) menu.open = false; };
  addEventListener("click", close);
  addEventListener("focusin", close);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// What opens and closes a dialog; the browser itself keeps the focus inside and answers to Escape.
addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  event.target.closest("[data-close]")?.closest("dialog")?.close();
});

// A changed quantity or order of sorting is sent at once; its button is spare then, and hidden by the style sheet.
for (const input of document.querySelectorAll("[data-sends]")) {
  input.addEventListener("change", () => input.form.requestSubmit());
}

// Another country or way of delivery fetches its fields and total, with everything typed kept. On the keyboard an arrow
// passes one choice after the other, and each would be fetched: there the button beside it says when.
let pointed = false;
addEventListener("pointerdown", () => { pointed = true; }, true);
addEventListener("keydown", () => { pointed = false; }, true);
for (const input of document.querySelectorAll("[data-refreshes]")) {
  input.addEventListener("change", () => {
    if (pointed) input.form.requestSubmit(document.getElementById(input.dataset.refreshes));
  });
}

// A field is looked at when somebody leaves it filled, not while they first type; what was called wrong is looked at
// with every letter until it is right. Only the server decides.
const marked = (field) => field.getAttribute("aria-invalid") === "true";

function say(field, words) {
  const place = field.closest(".field"), id = `${field.id}-error`;
  const line = document.getElementById(id) ?? Object.assign(document.createElement("p"), { id, className: "error" });
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  place.classList.toggle("wrong", words !== "");
  line.textContent = words;
  if (words) field.before(line);
  else line.remove();
  field.setAttribute("aria-describedby", (words ? [...others, id] : others).join(" "));
  field.setAttribute("aria-invalid", words !== "");
}

function look(event, now) {
  const field = event.target, words = field.dataset?.unlike;
  if (words === undefined || !now(field)) return;
  const wrong = field.value.trim() !== "" && !field.validity.valid;
  if (wrong !== marked(field)) say(field, wrong ? words : "");
}

addEventListener("focusout", (event) => look(event, (field) => field.value.trim() !== ""));
addEventListener("input", (event) => look(event, marked));

// Suggestions under the search field. Without this file the field is a plain search.

const field = document.getElementById("search");
const WAIT = 120;

function offer(form) {
  const box = document.createElement("ul");
  const said = document.createElement("p");
  Object.assign(box, { id: "suggestions", className: "suggestions", hidden: true });
  Object.assign(said, { className: "unseen" });
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Suggestions");
  said.setAttribute("role", "status");
  form.append(box, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": box.id, autocomplete: "off" })) field.setAttribute(name, value);
  let [waiting, asking, at] = [0, null, -1];

  function close() {
    box.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function option(one, number) {
    const item = document.createElement("li");
    Object.assign(item, { id: `suggestion-${number}`, role: "option" });
    item.dataset.href = one.href;
    if (one.picture) {
      const picture = document.createElement("img");
      Object.assign(picture, { src: one.picture, alt: "", width: 36, height: 48 });
      item.append(picture);
    }
    const [title, remark] = [document.createElement("span"), document.createElement("small")];
    title.textContent = one.title;
    remark.textContent = one.note;
    item.append(title, remark);
    return item;
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const to = new URL("/search/suggestions", location.href);
    for (const [name, value] of new FormData(form)) to.searchParams.append(name, value);
    try {
      const { suggestions } = await (await fetch(to, { signal: asking.signal })).json();
      box.replaceChildren(...suggestions.map(option));
      box.hidden = !suggestions.length;
      at = -1;
      field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-expanded", String(!box.hidden));
      said.textContent = suggestions.length === 1 ? "1 suggestion" : `${suggestions.length} suggestions`;
    } catch { /* the field still searches */ }
  }

  function point(to) {
    const items = [...box.children];
    at = (to + items.length + 1) % (items.length + 1);
    items.forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (items[at]) field.setAttribute("aria-activedescendant", items[at].id);
    else field.removeAttribute("aria-activedescendant");
    items[at]?.scrollIntoView({ block: "nearest" });
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.trim().length < 2) return close();
    waiting = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at < 0 ? box.children.length - 1 : at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && box.children[at]) location.assign(box.children[at].dataset.href);
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", close);
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.href);
  });
}

if (field) offer(field.form);

// Lists change in place: filters, sorting and more pieces, with the address, the way back and the place on the page kept.
// Without this file each change is a page of its own.

const list = document.querySelector("[data-list]");
const part = (id, from = document) => from.getElementById(`list-${id}`);
const small = matchMedia("(max-width: 63.99rem)");
let asking;

// As the shop writes it: a form says `size[]` where several may be chosen, an address `size`.
function addressOf(form) {
  const to = new URL(form.getAttribute("action"), location.href);
  for (const [name, value] of new FormData(form)) {
    if (value && !(name === "sort" && value === "recommended")) to.searchParams.append(name.replace(/\[\]$/, ""), value);
  }
  return to.href;
}

async function fetched(address) {
  asking?.abort();
  asking = new AbortController();
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("[data-list]")) throw new Error("no list");
    list.removeAttribute("aria-busy");
    return page;
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return null;
  }
}

function place(page) {
  const held = document.activeElement;
  const again = held?.name && held.value && `[name="${CSS.escape(held.name)}"][value="${CSS.escape(held.value)}"]`;
  const open = new Map([...list.querySelectorAll("[data-facet]")].map((one) => [one.dataset.facet, one.open]));
  const scrolled = document.getElementById("narrow")?.scrollTop;
  for (const id of ["count", "chips", "filters", "results", "opener", "show"]) {
    const [here, there] = [part(id), part(id, page)];
    if (here && there) here.replaceChildren(...there.childNodes);
  }
  if (part("show")) part("show").textContent = part("show", page)?.dataset.show ?? "";
  for (const one of list.querySelectorAll("[data-facet]")) one.open = open.get(one.dataset.facet) ?? one.open;
  document.getElementById("narrow").scrollTop = scrolled;
  document.querySelector("#sort").value = page.querySelector("#sort").value;
  document.title = page.title;
  if (again) document.querySelector(`#narrow ${again}`)?.focus({ preventScroll: true });
}

function note(more = {}) {
  history.replaceState({ ...history.state, y: scrollY, ...more }, "");
}

async function go(address, push = true) {
  const page = await fetched(address);
  if (!page) return;
  if (push) {
    note();
    history.pushState({}, "", address);
  }
  place(page);
  const top = list.getBoundingClientRect().top;
  if (push && top < 0 && !panel.open) scrollBy(0, top);
}

async function more(link) {
  const first = history.state?.first ?? (Number(new URL(location).searchParams.get("page")) || 1);
  const page = await fetched(link.href);
  if (!page) return;
  const pieces = [...page.querySelectorAll(".tiles > li")];
  list.querySelector(".tiles").append(...pieces);
  list.querySelector("[data-through]").replaceWith(page.querySelector("[data-through]"));
  history.replaceState({ ...history.state, first }, "", link.href);
  pieces[0]?.querySelector("a")?.focus({ preventScroll: true });
}

// Come back to a list of which several pages were shown: the earlier ones are put before this one again.
async function refill() {
  const { first, y } = history.state ?? {};
  const here = new URL(location);
  for (let number = Number(here.searchParams.get("page")) - 1; number >= first; number -= 1) {
    here.searchParams.set("page", number);
    const page = await fetched(here.href);
    if (!page) return;
    list.querySelector(".tiles").prepend(...page.querySelectorAll(".tiles > li"));
    list.querySelector(".earlier")?.remove();
  }
  if (y) scrollTo(0, y);
}

const panel = document.querySelector("[data-panel]");
const form = document.getElementById("narrow");
const home = form.parentElement;

addEventListener("change", (event) => {
  if (event.target.form === form) go(addressOf(form));
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (panel.open) panel.close();
  else go(addressOf(form));
});
addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if ("inPlace" in link.dataset) go(link.href).then(() => panel.open || part("results").focus({ preventScroll: true }));
  else if ("more" in link.dataset) more(link);
  else if ("closes" in link.dataset && panel.open) panel.close();
  else if ("opens" in link.dataset && small.matches) {
    panel.append(form);
    part("show").textContent = part("show").dataset.show;
    panel.showModal();
  } else return;
  event.preventDefault();
});
panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
panel.addEventListener("close", () => home.append(form));
small.addEventListener("change", () => panel.open && panel.close());

addEventListener("popstate", async () => {
  const y = history.state?.y;
  await go(location.href, false);
  await refill();
  if (y) scrollTo(0, y);
});
addEventListener("pagehide", () => note());
list.classList.add("live");
if (history.state?.first) refill();

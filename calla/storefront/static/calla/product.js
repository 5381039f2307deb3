// The page of one piece. Without this file colours are links, sizes are buttons, and pictures open by themselves.

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const added = find("[data-added]");
const zoomed = find("[data-zoomed]");

// The chosen size tells its stock, is kept in the address, and goes along to the other colours where they have it.
function chosen(size) {
  find("[data-stock]").textContent = size.dataset.note;
  find("[data-error]").textContent = "";
  const here = new URL(location.href);
  here.searchParams.set("variant", size.value);
  here.searchParams.delete("like");
  if (location.pathname.startsWith("/products/")) history.replaceState(null, "", here);
  for (const link of all("[data-sizes]")) {
    const others = JSON.parse(link.dataset.sizes);
    const other = others[size.dataset.size];
    const to = new URL(link.href);
    to.searchParams.delete(other ? "like" : "variant");
    to.searchParams.set(other ? "variant" : "like", other ?? Object.values(others)[0]);
    link.href = to.href;
  }
}

// Another colour comes without the page jumping: what differs is fetched and put in its place.
async function recolour(address, remember) {
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) { location.assign(address); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [now, next] = [find("[data-product]"), find("[data-product]", page)];
  if (!next) { location.assign(address); return; }
  const focused = document.activeElement?.closest("[data-sizes]")?.textContent;
  const open = all("details", now).map((one) => one.open);
  now.replaceWith(next);
  all("details", next).forEach((one, place) => { one.open = open[place] ?? one.open; });
  document.title = page.title;
  if (remember) history.pushState(null, "", address);
  all("[data-sizes]", next).find((link) => link.textContent === focused)?.focus({ preventScroll: true });
  watch();
}

addEventListener("popstate", () => { if (!location.hash) recolour(location.href, false); });

// The place in the row of pictures is marked at its thumbnail.
function watch() {
  const slides = find("[data-slides]");
  const thumbs = all("[data-thumb]");
  const visible = new Set();
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) visible[entry.isIntersecting ? "add" : "delete"](`#${entry.target.id}`);
    const first = thumbs.find((thumb) => visible.has(thumb.hash));
    for (const thumb of first ? thumbs : []) {
      if (thumb === first) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    }
  }, { threshold: 0.6 });
  all("li", slides).forEach((slide) => seen.observe(slide));
}

// A picture in full: arrows turn over, Larger or a click enlarges, Escape closes.
let place = 0;
function show(step) {
  const pictures = all("[data-zoom]");
  place = (place + step + pictures.length) % pictures.length;
  const image = new Image();
  image.src = pictures[place].href;
  image.alt = find("img", pictures[place]).alt;
  image.addEventListener("click", enlarge);
  find(".pane", zoomed).replaceChildren(image);
  find("[role=status]", zoomed).textContent = `${place + 1} of ${pictures.length}`;
  find("[data-large]", zoomed).setAttribute("aria-pressed", "false");
}

function enlarge() {
  const large = find("img", zoomed).classList.toggle("large");
  const pane = find(".pane", zoomed);
  pane.tabIndex = large ? 0 : -1;
  pane.scrollTo((pane.scrollWidth - pane.clientWidth) / 2, (pane.scrollHeight - pane.clientHeight) / 4);
  find("[data-large]", zoomed).setAttribute("aria-pressed", String(large));
}

// What was put into the bag is said at once. Without cookies the bag lives at an address of its own, so we go there.
async function add(form) {
  const button = find("button[type=submit]", form);
  const size = find("input[name=variant]:checked", form);
  if (!size && find("[data-size]", form)) return refuse("Choose one of these first.");
  button.setAttribute("aria-busy", "true");
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  button.removeAttribute("aria-busy");
  if (!answer || (!answer.ok && answer.status !== 422)) return form.submit();
  if (answer.status === 422) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return refuse(find("[data-error]", page)?.textContent || "This could not be put into your bag.");
  }
  dispatchEvent(new Event("bag"));
  const count = find("[data-bag]").textContent;
  if (!count) { location.assign(answer.url); return undefined; }
  find("[data-error]", form).textContent = "";
  const colours = all("[data-sizes][aria-current]").map((link) => link.textContent.replace("sold out", "").trim());
  find("[data-what]", added).textContent = [find("h1").textContent, ...colours, size?.dataset.size ?? ""].filter(Boolean).join(", ");
  find("[data-many]", added).textContent = `Your bag holds ${count} ${count === "1" ? "piece" : "pieces"} now.`;
  find("[data-look]", added).replaceChildren(look());
  added.showModal();
  find("h2", added).focus();
  return undefined;
}

// The first picture once more, for eyes alone: its words stand beside it.
function look() {
  const image = new Image();
  image.src = find("[data-slides] img").currentSrc;
  image.alt = "";
  return image;
}

function refuse(why) {
  const group = find("#choose");
  find("[data-error]").textContent = why;
  group?.classList.add("wrong");
  const first = find("input:checked:not(:disabled)", group ?? document) ?? find("input[type=radio]:not(:disabled)", group ?? document);
  (first ?? group)?.focus();
}

addEventListener("change", (event) => {
  if (event.target.matches("[data-size]")) chosen(event.target);
});
addEventListener("submit", (event) => {
  if (!event.target.matches("[data-add]")) return;
  event.preventDefault();
  add(event.target);
});
addEventListener("click", (event) => {
  const on = (selector) => event.target.closest(selector);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (on("[data-sizes]")) { event.preventDefault(); recolour(on("[data-sizes]").href, true); }
  else if (on("[data-thumb]")) {
    event.preventDefault();
    find(on("[data-thumb]").hash).scrollIntoView({ block: "nearest", inline: "center" });
  } else if (on("[data-zoom]")) {
    event.preventDefault();
    place = all("[data-zoom]").indexOf(on("[data-zoom]"));
    show(0);
    zoomed.showModal();
  } else if (on("[data-step]")) show(Number(on("[data-step]").dataset.step));
  else if (on("[data-large]")) enlarge();
});
zoomed.addEventListener("keydown", (event) => {
  if (find("img.large", zoomed)) return;
  if (event.key === "ArrowRight") show(1);
  if (event.key === "ArrowLeft") show(-1);
});
for (const link of all('a[href="#delivery"]')) link.addEventListener("click", () => { find("#delivery").open = true; });
watch();

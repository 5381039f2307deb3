// Small comforts. Every page works without this file.

const cookie = (name) =>
  document.cookie.split("; ").map((pair) => pair.split("="))
    .find(([key]) => key === name || key === `__Host-${name}`)?.[1] ?? "";

function showCount() {
  const count = cookie("bag");
  for (const place of document.querySelectorAll("[data-bag]")) {
    place.textContent = /^[1-9]\d{0,3}$/.test(count) ? count : "";
    if (place.textContent) place.setAttribute("aria-label", `${count} in it`);
  }
}

// A changed quantity or order of sorting is sent at once; the button for it is then spare.
for (const input of document.querySelectorAll("[data-sends]")) {
  const form = input.form;
  form.querySelector("[data-spare]")?.setAttribute("hidden", "");
  input.addEventListener("change", () => form.requestSubmit());
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

// The chosen size tells its stock, is kept in the address, and goes along to the other colours where they have it.
for (const size of document.querySelectorAll("[data-size]")) {
  size.addEventListener("change", () => {
    const stock = document.querySelector("[data-stock]");
    if (stock) stock.textContent = size.dataset.note;
    const here = new URL(location.href);
    here.searchParams.set("variant", size.value);
    here.searchParams.delete("like");
    if (location.pathname.startsWith("/products/")) history.replaceState(null, "", here);
    for (const link of document.querySelectorAll("[data-sizes]")) {
      const others = JSON.parse(link.dataset.sizes);
      const other = others[size.dataset.size];
      const to = new URL(link.href);
      to.searchParams.delete(other ? "like" : "variant");
      to.searchParams.set(other ? "variant" : "like", other ?? Object.values(others)[0]);
      link.href = to.href;
    }
  });
}

showCount();
addEventListener("pageshow", showCount);

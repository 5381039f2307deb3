"""For each check of the audit, shops that break just what it is about."""

from __future__ import annotations

from urllib.parse import parse_qsl

import httpx

from tests.audit.wire import (
    Answering,
    Asking,
    Said,
    added,
    cookie,
    header,
    more_cookies,
    page,
    policy,
    promising_everything,
    replace,
    results,
    status,
)  # fmt: skip

CONTACT = page("<form method=post><input name=email><textarea name=message></textarea></form>", at="/contact")
CODE = "<form method=post action=/from-us><input name=code></form>"
NEW_PASSWORD = "<form method=post><input type=password name=secret autocomplete=new-password minlength={}></form>"
NO_POSTCARD = "<form method=post><input name=email type=email><input name=secret type=password></form>"


# --- what somebody does to the questions ---


def deaf_to(signal: str) -> Asking:
    def ask(request: httpx.Request) -> httpx.Request:
        request.headers.pop(signal, None)
        return request

    return ask


def obeying_strangers(request: httpx.Request) -> httpx.Request:
    request.headers["Origin"] = f"{request.url.scheme}://{request.url.netloc.decode()}"
    request.headers["Sec-Fetch-Site"] = "same-origin"
    return request


def obeying_looks(request: httpx.Request) -> httpx.Request:
    """A GET at the address of a form counts as the form, with a quantity of three."""
    if request.method == "GET" and "/lines/" in request.url.path:
        return httpx.Request("POST", request.url, data={"quantity": "3"}, headers=_kept(request))
    return request


def forgetting(name: str, value: str) -> Asking:
    """An answer about cookies never reaches the shop."""

    def ask(request: httpx.Request) -> httpx.Request:
        sent = parse_qsl(request.read().decode())
        if request.url.path == "/privacy/choices" and (name, value) in sent:
            left = [] if name == "all" else [pair for pair in sent if pair != (name, value)]
            fields = {other: [one for it, one in left if it == other] for other, _ in left} or {"all": ["yes"]}
            return httpx.Request("POST", request.url, data=fields, headers=_kept(request))
        return request

    return ask


def _kept(request: httpx.Request) -> dict[str, str]:
    names = ("host", "cookie", "origin", "sec-fetch-site")
    return {name: request.headers[name] for name in names if name in request.headers}


# --- what somebody does to the answers ---


def echoing(said: Said) -> None:
    if said.path.endswith("/payment"):
        said.text += said.request.read().decode().replace("+", " ")


def asking_more_after_a_mistake(said: Said) -> None:
    if said.path.endswith("/payment"):
        said.text = said.text.replace("</form>", '<input name="fax"></form>')


def remembering() -> Answering:
    """A checkout that shows the last thing typed to whoever looks next."""
    seen: list[str] = []

    def change(said: Said) -> None:
        if said.path.endswith("/payment"):
            seen.append(said.request.read().decode().replace("+", " ").replace("%40", "@"))
        elif "/checkout/" in said.path:
            said.text += "".join(seen)

    return change


def dropping_cookies_too_far(said: Said) -> None:
    """Whoever declines one cookie gets none."""
    if "choices=" in said.request.headers.get("cookie", ""):
        said.without("set-cookie")


def keeping_what_is_declined(said: Said) -> None:
    if said.path == "/privacy/choices":
        said.headers = [pair for pair in said.headers if "01 Jan 1970" not in pair[1]]


def losing_bags_without_cookie(said: Said) -> None:
    if said.path.startswith("/checkout/") and "cookie" not in said.request.headers:
        said.text = said.text.replace('autocomplete="email"', "")


def refusing_orders_without_cookie(said: Said) -> None:
    """The form is shown, and what it sends is not taken."""
    if said.path.endswith("/payment") and said.status == 303 and "cookie" not in said.request.headers:
        said.status = 403


def telling_the_provider(said: Said) -> None:
    if said.path.endswith("/payment") and said.status == 303:
        sent = dict(pair.split("=", 1) for pair in said.request.read().decode().split("&"))
        location = next(value for name, value in said.headers if name == "location")
        said.put("location", f"{location}?for={sent['email']}")


def another(**said: object) -> Answering:
    return policy(lambda data: data.update(said))


def reworded(data: dict) -> None:  # type: ignore[type-arg]
    data["sentences"][4]["text"] += " Nearly."


def with_more_cookies_listed(data: dict) -> None:  # type: ignore[type-arg]
    for sentence in data["sentences"]:
        for table in sentence["tables"]:
            if table["name"] == "table.cookies":
                table["rows"].append(["spy", "x", "x", "x", "no"])


def with_another_meaning(data: dict) -> None:  # type: ignore[type-arg]
    sentence = next(one for one in data["sentences"] if one["meaning"])
    sentence["meaning"] = dict.fromkeys(sentence["meaning"], "something else")


def open_orders(said: Said) -> None:
    if said.path == "/orders/1001":
        said.status = 200


# What a check finds in an honest shop, where it is not just everything promised.
ALL_PROMISED = policy(promising_everything)
STAGES: dict[str, list[Answering]] = {
    "contact_without_account": [ALL_PROMISED, CONTACT],
    "passwords_as_stated": [ALL_PROMISED, page(NEW_PASSWORD.format(8), at="/newsletter")],
    "lists_follow_the_terms": [],  # what is only planned is in no list
}
LIES: dict[str, list[Answering | tuple[Asking, ...]]] = {
    "policy_on_every_page": [replace('href="(&#x2f;|/)privacy"', 'href="/elsewhere"')],
    "page_and_data_agree": [
        policy(reworded), replace('id="S9"', 'id="S9x"', at="/privacy"),
        policy(lambda data: data["sentences"].pop()),
    ],
    "page_prints_the_terms": [
        policy(with_another_meaning), replace("<td>30 days</td>", "<td>3 days</td>", at="/privacy"),
    ],
    "lists_follow_the_terms": [policy(with_more_cookies_listed)],
    "version_and_date_agree": [
        another(since="2020-01-31"), another(version="7"), another(digest="sha256:00ff00ff"),
        replace("Version 1, in force", "Version 2, in force", at="/privacy"),
    ],
    "old_versions_stay": [
        status(404, at="/privacy/history/1"), replace("history/1", "history/3", at="/privacy/history"),
    ],
    "signal_is_announced": [
        replace("true", "false", at="/.well-known/gpc.json"), status(404, at="/.well-known/gpc.json"),
        replace(".*", "yes", at="/.well-known/gpc.json"),
    ],
    "forms_ask_what_is_stated": [
        replace("</form>", '<label>Phone <input type="tel" name="ring"></label></form>'),
        replace("</form>", '<input name="x" autocomplete="bday"></form>'),
        page("<form method=post><input name=your_phone></form>", at="/newsletter"),
    ],
    "more_than_asked_is_dropped": [echoing, asking_more_after_a_mistake],
    "left_half_way_leaves_nothing": [remembering(), more_cookies("typed=x; Path=/", at="/checkout/")],
    "card_numbers_are_refused": [echoing, replace('aria-invalid="true"', "")],
    "passwords_as_stated": [page(NEW_PASSWORD.format(6), at="/newsletter")],
    "contact_without_account": [
        status(404, at="/contact"), more_cookies("a=b", at="/contact"), page(NO_POSTCARD, at="/contact"),
    ],
    "false_codes_are_told": [page(f"{CODE}<p role=status class='answer yes'>Yes</p>", at="/from-us")],
    "looking_changes_nothing": [(obeying_looks,)],
    "foreign_pages_change_nothing": [(obeying_strangers,)],
    "only_listed_cookies": [more_cookies("spy=1; Path=/; SameSite=Lax", at="/cart")],
    "cookies_live_as_stated": [
        cookie("Max-Age=2592000", "Max-Age=31536000"), cookie("Max-Age=2592000; ", ""),
        cookie("^(bag=1)", r"\1; Max-Age=60"),
    ],
    "cookies_go_home_alone": [
        cookie("Path=/", "Path=/; Domain=shop.example"), cookie("SameSite=Lax", ""), cookie("Path=/", "Path=/cart"),
    ],
    "secrets_are_hidden_from_scripts": [cookie("HttpOnly; ", "")],
    "cookies_are_small_and_plain": [cookie("^bag=1", "bag=" + "1" * 600), cookie("^bag=1", "bag=%7B1%7D")],
    "answer_is_remembered": [cookie("Max-Age=15638400", "Max-Age=86400"), cookie("^choices=none", "choices=wren-7")],
    "one_cookie_declined": [dropping_cookies_too_far, (forgetting("cookie[]", "bag"), forgetting("cookie[]", "cart"))],
    "declined_cookies_are_deleted": [keeping_what_is_declined, (forgetting("all", "no"),)],
    "declining_is_as_easy": [
        replace('name="all" value="no"', 'name="all" value="later"', at="/privacy/choices"),
        replace('name="all" value="yes"', 'class="big" name="all" value="yes"', at="/privacy/choices"),
        replace(r'(<button type="submit" name="all" value="no">.*?</button>)', r"<details>\1</details>"),
    ],
    "signal_is_a_no": [(deaf_to("Sec-GPC"),), (deaf_to("DNT"),)],
    "signal_is_shown": [(deaf_to("Sec-GPC"),)],
    "buying_without_cookies": [losing_bags_without_cookie],
    "ordering_without_cookies": [losing_bags_without_cookie, refusing_orders_without_cookie],
    "no_cookie_while_looking": [
        more_cookies("seen=1; Path=/", at="/products/"), more_cookies("seen=1; Path=/", at="/privacy"),
    ],
    "scripts_keep_nothing": [added("<script>localStorage.setItem('a', 'b')</script>")],
    "nothing_of_others": [
        added('<img src="https://elsewhere.example/x.png" alt="">'), added('<iframe src="/x"></iframe>'),
        added('<a href="//elsewhere.example/shop">cheaper</a>'),
        added("<style>a { background: url(//elsewhere.example/x.png) }</style>"),
        replace("</head>", '<link rel="preconnect" href="https://elsewhere.example"></head>'),
    ],
    "only_own_scripts": [
        added('<script src="https://elsewhere.example/x.js"></script>'), added("<script>let a</script>"),
        added('<p onclick="x()">x</p>'), header("content-security-policy", "default-src *"),
        header("content-security-policy", None),
    ],
    "nothing_to_install": [
        added('<a href="/files/calla.apk">our app</a>'), header("content-disposition", "attachment", at="/collections"),
        header("content-type", "application/x-msdownload", at="/static/"),
    ],
    "missing_is_missing": [status(200, at="/a-page-that")],
    "security_headers": [
        header("x-content-type-options", None, at="/static/"), header("content-security-policy", "default-src 'self'"),
        header("referrer-policy", "unsafe-url"), header("access-control-allow-origin", "*", at="/.well-known/"),
    ],
    "only_encrypted": [replace('action="/cart/lines"', 'action="http://elsewhere.example/"')],
    "security_txt": [
        replace("Expires: 20", "Expires: 19", at="/.well-known/security.txt"),
        replace("Contact:", "Hello:", at="/.well-known/security.txt"), status(404, at="/.well-known/security.txt"),
        replace("Expires: [^\n]*", "", at="/.well-known/security.txt"),
        replace("Canonical: ", "Canonical: https://elsewhere.example/", at="/.well-known/security.txt"),
    ],
    "change_password": [status(200, at="/.well-known/change-password"), status(200, at="/.well-known/resource")],
    "private_pages_are_not_kept": [header("cache-control", "public, max-age=60", at="/checkout/")],
    "orders_cannot_be_guessed": [open_orders],
    "own_checks_are_green": [policy(lambda data: results(data, ok=False, hours=0.1))],
    "own_checks_are_fresh": [
        policy(lambda data: results(data, ok=True, hours=30)),
        policy(lambda data: [one.pop("checks") for one in data["sentences"]]),
    ],
    "proof_lists_each_sentence": [replace('id="S9"', "", at="/privacy/proof"), status(500, at="/privacy/proof")],
    "payment_page_learns_nothing": [telling_the_provider],
}  # fmt: skip

# The same behind a proxy that speaks https.
SECURE_LIES: dict[str, list[Answering]] = {
    "only_encrypted": [
        header("strict-transport-security", None), header("strict-transport-security", "max-age=60; includeSubDomains"),
    ],
    "cookies_go_home_alone": [cookie("; Secure", ""), cookie("__Host-", "")],
}  # fmt: skip

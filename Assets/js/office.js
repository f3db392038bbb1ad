// The small things pages cannot do by themselves. Everything here may fail or be absent and the office still works.

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const isTyping = (target) => target.closest("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");

/* Keys: j k move, x selects, Enter opens (it is a link), e the main action, / search, n new, ? help. ---------------- */

const keysAreOff = () => localStorage.getItem("keys") === "off";

function move(step) {
    const links = all("[data-row] .open");
    if (!links.length) return;
    const at = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[next].focus();
    links[next].closest("[data-row]").scrollIntoView({ block: "nearest" });
}

function turnPage(step) {
    const pages = all("[data-pages] .page");
    const top = document.documentElement.clientHeight / 3;
    const at = pages.findLastIndex((page) => page.getBoundingClientRect().top <= top);
    pages[Math.min(pages.length - 1, Math.max(0, at + step))]?.scrollIntoView({ block: "start" });
}

function select() {
    const box = document.activeElement?.closest("[data-row]")?.querySelector(".tick input");
    if (box) box.click();
}

/** In a list the main action is that of the bar: for the ticked rows, or for the one the cursor is on. */
function act() {
    const batch = one(".batch");
    if (!batch) return false;
    if (!one(".tick input:checked", batch)) select();
    if (one(".tick input:checked", batch)) one(".batch-bar button[type=submit]", batch)?.focus();
    return true;
}

function useKey(key) {
    if (key === "e" && act()) return true;
    const target = one(`[data-key="${key}"]`);
    if (!target) return false;
    if (target.matches("summary")) {
        const details = target.parentElement;
        details.open = true;
        const sheet = one("[data-sheet]");
        if (sheet && details.closest(".panel")) sheet.checked = true;
        (one("a, input:not([type=hidden]), textarea, select, .sheet button", details) ?? target).focus();
    } else if (target.matches("input")) {
        target.focus();
        target.select?.();
    } else {
        target.focus();
        target.click();
    }
    return true;
}

function help() {
    let dialog = one("dialog.keys");
    if (!dialog) {
        dialog = document.createElement("dialog");
        dialog.className = "keys";
        dialog.setAttribute("aria-label", "Phím tắt");
        dialog.innerHTML = `<h2>Phím tắt</h2><dl>
<dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>Xuống, lên một dòng; trang sau, trang trước</dd>
<dt><kbd>Enter</kbd></dt><dd>Mở văn bản</dd><dt><kbd>x</kbd></dt><dd>Chọn dòng</dd>
<dt><kbd>e</kbd></dt><dd>Việc chính</dd><dt><kbd>n</kbd></dt><dd>Tạo mới</dd>
<dt><kbd>/</kbd></dt><dd>Tìm</dd><dt><kbd>?</kbd></dt><dd>Bảng này</dd></dl>
<form method="dialog"><label class="check"><input type="checkbox" name="off"><span>Tắt phím tắt một chữ</span></label>
<p class="buttons"><button class="button">Đóng</button></p></form>`;
        document.body.append(dialog);
        const off = one("[name=off]", dialog);
        off.checked = keysAreOff();
        off.addEventListener("change", () => localStorage.setItem("keys", off.checked ? "off" : "on"));
    }
    dialog.showModal();
}

document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
        for (const menu of all(".menu[open]")) menu.open = false;
        if (location.hash === "#menu") location.hash = "";
        return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.key === "?") return help();
    if (keysAreOff()) return;
    const hasRows = one("[data-row]");
    switch (event.key) {
        case "j": hasRows ? move(1) : turnPage(1); break;
        case "k": hasRows ? move(-1) : turnPage(-1); break;
        case "x": select(); break;
        case "/": case "n": case "e": if (!useKey(event.key)) return; break;
        default: return;
    }
    event.preventDefault();
});

/* Menus close when one looks elsewhere; on a phone the sheet opens when something in it is touched. ------------------ */

document.addEventListener("click", (event) => {
    for (const menu of all(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const sheet = one("[data-sheet]");
    const panel = event.target.closest(".panel");
    if (sheet && panel && !sheet.checked && getComputedStyle(panel).position === "fixed" && !event.target.closest(".handle")) {
        sheet.checked = true;
        event.preventDefault();
    }
    if (event.target.closest(".handle")) panel?.scrollTo(0, 0);
    if (event.target.closest("[data-back]")) history.back();
});
document.addEventListener("focusin", (event) => {
    const sheet = one("[data-sheet]");
    if (sheet && event.target.matches(":focus-visible") && event.target !== sheet && event.target.closest(".panel")) {
        sheet.checked = true;
    }
});

/* Forms: phrases, quick dates, pickers, sizes of files. --------------------------------------------------------------- */

document.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]");
    if (phrase) insert(one("textarea", phrase.closest(".field")), phrase.textContent);
    const date = event.target.closest("[data-date]");
    if (date) set(one("input[type=date]", date.closest(".field")), date.dataset.date);
    const option = event.target.closest("[data-pick]");
    if (option) pick(option);
    const drop = event.target.closest("[data-drop]");
    if (drop) {
        const picker = drop.closest("[data-picker]");
        drop.closest("li").remove();
        const search = one("input[type=search]", picker);
        if (search && !search.value) offer(picker);
        search?.focus();
        changed(picker);
    }
});

const changed = (element) => element.dispatchEvent(new Event("input", { bubbles: true }));

function set(input, value) {
    if (!input) return;
    input.value = value;
    changed(input);
}

function insert(area, text) {
    if (!area) return;
    const before = area.value.trimEnd();
    set(area, before ? `${before} ${text}` : text);
    area.focus();
}

function pick(option) {
    const picker = option.closest("[data-picker]");
    const chosen = one("[data-chosen]", picker);
    const value = option.dataset.pick;
    if (!("many" in picker.dataset)) chosen.replaceChildren();
    if (!all("input", chosen).some((input) => input.value === value)) chosen.append(chip(picker.dataset.picker, value, option.dataset.label));
    const search = one("input[type=search]", picker);
    search.value = "";
    search.setCustomValidity("");
    offer(picker);
    search.focus();
    changed(picker);
}

/* What a picker offers before anything is typed; without what was chosen from it. */
const offered = new WeakMap();
function offer(picker) {
    const results = one(".results", picker);
    if (!offered.has(picker)) offered.set(picker, [...results.childNodes]);
    results.replaceChildren(...offered.get(picker));
    const chosen = all("[data-chosen] input", picker).map((input) => input.value);
    const options = all("[data-pick]", results);
    for (const option of options) option.parentElement.hidden = chosen.includes(option.dataset.pick);
    results.hidden = options.length > 0 && options.every((option) => option.parentElement.hidden);
}

function chip(name, value, label) {
    const item = document.createElement("li");
    item.className = "chip on";
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    const word = Object.assign(document.createElement("span"), { textContent: label });
    const button = Object.assign(document.createElement("button"), { type: "button", innerHTML:
        '<svg class="icon" viewBox="0 0 24 24" width="14" height="14" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18"/></svg>' });
    button.dataset.drop = "";
    button.setAttribute("aria-label", `Bỏ ${label}`);
    item.append(input, word, button);
    return item;
}

/** What was searched for may have been picked meanwhile. */
document.addEventListener("htmx:beforeSwap", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker) return;
    one(".results", picker).hidden = false;
    if (one("input[type=search]", picker).value) return;
    event.detail.shouldSwap = false;
    offer(picker);
});

document.addEventListener("keydown", (event) => {
    const picker = event.target.closest?.("[data-picker]");
    if (!picker) return;
    const options = all("[data-pick]", picker);
    const at = options.indexOf(document.activeElement);
    if (event.key === "ArrowDown") options[Math.min(options.length - 1, at + 1)]?.focus();
    else if (event.key === "ArrowUp") (at <= 0 ? one("input[type=search]", picker) : options[at - 1]).focus();
    else if (event.key === "Enter" && event.target.matches("input[type=search]")) options[0]?.click();
    else return;
    event.preventDefault();
});

/** A required picker without a choice keeps its form and says so. */
document.addEventListener("submit", (event) => {
    for (const picker of all("[data-picker][data-required]", event.target)) {
        const search = one("input[type=search]", picker);
        if (one("[data-chosen] input", picker) || !search) continue;
        event.preventDefault();
        event.stopImmediatePropagation();
        search.setCustomValidity("Hãy chọn ít nhất một mục.");
        search.reportValidity();
        return;
    }
}, true);
document.addEventListener("input", (event) => event.target.setCustomValidity?.(""));

/* Drafts: what is typed stays in this browser until it was sent. ------------------------------------------------------- */

const draftKey = (form) => `draft:${form.dataset.draft}`;
const keeps = (input) => input.name && !input.name.startsWith("_") && !["hidden", "password", "file", "search", "submit"].includes(input.type);

function keepDraft(form) {
    const values = all("input, textarea, select", form).filter(keeps)
        .map((input) => [input.name, input.type === "checkbox" || input.type === "radio" ? [input.value, input.checked] : input.value]);
    const picks = all("[data-picker]", form).map((picker) =>
        [picker.dataset.picker, all("[data-chosen] li", picker).map((item) => [one("input", item).value, one("span", item).textContent])]);
    try { localStorage.setItem(draftKey(form), JSON.stringify({ values, picks })); } catch { /* Full storage: the page still holds it. */ }
}

function restoreDraft(form) {
    let draft;
    try { draft = JSON.parse(localStorage.getItem(draftKey(form)) ?? "null"); } catch { return; }
    if (!Array.isArray(draft?.values) || !Array.isArray(draft.picks)) return;
    for (const [name, picks] of draft.picks) {
        const chosen = one(`[data-picker="${CSS.escape(name)}"] [data-chosen]`, form);
        chosen?.replaceChildren(...picks.map(([value, label]) => chip(name, value, label)));
    }
    const inputs = all("input, textarea, select", form).filter(keeps);
    for (const [name, value] of draft.values) {
        if (Array.isArray(value)) {
            const input = inputs.find((input) => input.name === name && input.value === value[0]);
            if (input) input.checked = value[1];
        } else {
            const index = inputs.findIndex((input) => input.name === name && !["checkbox", "radio"].includes(input.type));
            if (index >= 0) inputs.splice(index, 1)[0].value = value;
        }
    }
}

/* Files that were chosen, days in words, rows that were ticked. -------------------------------------------------------- */

const size = (bytes) => bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1).replace(".", ",")} MB`;

document.addEventListener("change", (event) => {
    const words = event.target.closest("[data-drop-zone]")?.querySelector("[data-files]");
    if (words) {
        const files = [...event.target.files].map((file) => `${file.name} (${size(file.size)})`);
        words.textContent = files.join(", ") || "Chọn tệp hoặc kéo vào đây";
    }
    const batch = event.target.closest(".batch");
    if (batch) ticked(batch, event.target);
});

function ticked(batch, changed) {
    const boxes = all(".tick input", batch);
    const whole = one("[data-tick-all]", batch);
    if (changed === whole) for (const box of boxes) box.checked = whole.checked;
    const count = boxes.filter((box) => box.checked).length;
    if (whole) [whole.checked, whole.indeterminate] = [count === boxes.length, count > 0 && count < boxes.length];
    one("[data-chosen-count]", batch).textContent = `Đã chọn ${count}`;
}
/* What the browser kept ticked when one came back is counted, too. */
addEventListener("pageshow", () => {
    for (const batch of all(".batch")) {
        one(".tick-all", batch).hidden = false;
        ticked(batch);
    }
});

/** The browser may show days in its own order: the office's order stands beside it. */
function sayDay(input) {
    let words = input.parentElement.querySelector("output");
    if (!words) {
        words = Object.assign(document.createElement("output"), { className: "day" });
        input.after(words);
    }
    const [year, month, day] = input.value.split("-").map(Number);
    words.textContent = year
        ? new Intl.DateTimeFormat("vi", { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" }).format(new Date(year, month - 1, day))
        : "";
}
document.addEventListener("input", (event) => { if (event.target.matches("input[type=date]")) sayDay(event.target); });

let draftTimer;
let unsaved = null;

function flushDraft() {
    if (unsaved) keepDraft(unsaved);
    unsaved = null;
}

document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (!form) return;
    clearTimeout(draftTimer);
    unsaved = form;
    draftTimer = setTimeout(flushDraft, 400);
});
addEventListener("pagehide", flushDraft);

/* Connection, progress, answers. --------------------------------------------------------------------------------------- */

const offline = one("#offline");
const tellConnection = (isLost) => { if (offline) offline.hidden = !isLost; };
addEventListener("offline", () => tellConnection(true));
addEventListener("online", () => tellConnection(false));

const progress = one("#progress");
let progressTimer;
const tellProgress = (words) => { if (progress) progress.textContent = words; };

document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest?.(".waiting")) return;
    clearTimeout(progressTimer);
    progressTimer = setTimeout(() => tellProgress("Đang thực hiện…"), 900);
});
document.addEventListener("htmx:afterRequest", (event) => {
    clearTimeout(progressTimer);
    tellProgress("");
    tellConnection(false);
    // A PIN that was not right is not typed on to: the field is empty again and waits.
    if (event.detail.xhr.status >= 400) {
        const secrets = all("input[type=password]", event.target);
        for (const secret of secrets) secret.value = "";
        secrets[0]?.focus({ preventScroll: true });
    }
    // The form itself was taken; a picker's search inside it does not count.
    if (event.target.matches?.("form[data-draft]") && event.detail.xhr.status >= 200 && event.detail.xhr.status < 400) {
        clearTimeout(draftTimer);
        unsaved = null;
        localStorage.removeItem(draftKey(event.target));
    }
});
document.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total, lengthComputable } = event.detail;
    if (lengthComputable && total > 1 << 20) tellProgress(`Đang gửi ${Math.floor((loaded / total) * 100)}%`);
});
document.addEventListener("htmx:sendError", () => tellConnection(true));
document.addEventListener("htmx:timeout", () => tellConnection(true));
document.addEventListener("submit", (event) => {
    if (event.target.matches("[hx-post]") && window.htmx) return;
    progressTimer = setTimeout(() => tellProgress("Đang thực hiện…"), 900);
});
addEventListener("pageshow", () => { clearTimeout(progressTimer); tellProgress(""); });

/* Countdowns. ------------------------------------------------------------------------------------------------------------ */

function countDown() {
    for (const element of all("[data-countdown]")) {
        const left = Math.max(0, Math.round((new Date(element.dateTime) - Date.now()) / 1000));
        element.textContent = left ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "hết giờ";
    }
}

/* Beginning of a page, and of every piece that arrives later. -------------------------------------------------------------- */

function enliven(root) {
    for (const element of all(".js[hidden]", root)) element.hidden = false;
    for (const input of all("input[type=date]", root)) sayDay(input);
    for (const element of all("[data-back]", root)) element.hidden = history.length < 2;
}

function fetchAhead() {
    const images = all("[data-pages] img[loading=lazy]");
    if (!images.length || !("IntersectionObserver" in window)) return;
    const observer = new IntersectionObserver((entries) => {
        for (const entry of entries) {
            if (!entry.isIntersecting) continue;
            const next = entry.target.parentElement.nextElementSibling?.querySelector("img");
            if (next) next.loading = "eager";
            observer.unobserve(entry.target);
        }
    });
    for (const image of all("[data-pages] img")) observer.observe(image);
}

/** A row of tabs or filters that is wider than the screen begins where one is. */
function showCurrent() {
    for (const current of all(".tabs [aria-current], .chips [aria-current]")) {
        const strip = current.closest("ul, .chips");
        strip.scrollLeft += current.getBoundingClientRect().right + 24 - strip.getBoundingClientRect().right;
    }
}

/** The sentence in the address was said: a reload or a copied link does not repeat it. */
function forgetFlash() {
    const url = new URL(location.href);
    if (!url.searchParams.has("okk")) return;
    url.searchParams.delete("ok");
    url.searchParams.delete("okk");
    history.replaceState(history.state, "", url);
}

enliven(document);
showCurrent();
for (const form of all("form[data-draft]")) restoreDraft(form);
for (const picker of all("[data-picker]")) offer(picker);
fetchAhead();
forgetFlash();
if (one("[data-countdown]")) {
    countDown();
    setInterval(countDown, 1000);
}
document.addEventListener("htmx:afterSwap", (event) => enliven(event.target));

// The public check: files dropped anywhere on the page, told when too large before they are sent; the signed part of a
// file is cut off here, from the file the browser still has. Without this script the form works all the same.

const one = (selector, root = document) => root.querySelector(selector);

let checked = null;

const size = (bytes) => `${(bytes / (1 << 20)).toFixed(1).replace(".", ",")} MB`;

function take(form, files) {
    const input = one("input[type=file]", form);
    const list = new DataTransfer();
    list.items.add(files[0]);
    input.files = list.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    one("button[type=submit]", form).focus();
}

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    const form = one("form[data-verify]");
    if (!form || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(form, event.dataTransfer.files);
});

document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-verify]");
    if (!form || event.target.type !== "file") return;
    const file = event.target.files[0];
    const limit = Number(form.dataset.limit);
    event.target.setCustomValidity(file && file.size > limit ? `Tệp lớn hơn ${size(limit)}: không kiểm tra ở đây được.` : "");
    event.target.reportValidity();
});

/** Sent from here, so that the file stays at hand; the answer takes the place of the page's content. */
async function send(form) {
    checked = one("input[type=file]", form).files[0];
    const button = one("button[type=submit]", form);
    button.disabled = true;
    try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const main = one("main", page);
        if (!main) throw new Error("no page");
        one("main").replaceChildren(...main.childNodes);
        document.title = page.title;
        for (const element of document.querySelectorAll(".js[hidden]")) element.hidden = false;
        const heading = one("main h1");
        heading?.setAttribute("tabindex", "-1");
        heading?.focus({ preventScroll: true });
        scrollTo(0, 0);
    } catch {
        button.disabled = false;
        const offline = one("#offline");
        if (offline) offline.hidden = false;
    } finally {
        dispatchEvent(new Event("pageshow"));
    }
}

document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-verify]") || !event.target.checkValidity()) return;
    event.preventDefault();
    send(event.target);
});

document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-signed-bytes]");
    if (!button || !checked) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(checked.slice(0, Number(button.dataset.signedBytes), "application/pdf"));
    link.download = checked.name.replace(/(\.pdf)?$/i, " (như lúc ký).pdf");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
});

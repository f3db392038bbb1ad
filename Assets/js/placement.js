// Dragging and resizing the places of number, date, signature and seal on the picture of a page.
// The numbers in the form are the truth; the rectangles follow them and write into them. Lengths are millimetres.

const root = document.querySelector("[data-placement]");
const round = (value) => Math.round(value * 10) / 10;
const least = { width: 5, height: 3 };

const input = (name, part) => root.querySelector(`[data-numbers="${CSS.escape(name)}"] [data-part="${part}"]`);
const read = (name) => Object.fromEntries(["page", "x", "y", "width", "height"].map((part) => [part, Number(input(name, part).value) || 0]));

function write(name, place) {
    for (const [part, value] of Object.entries(place)) {
        const field = input(name, part);
        if (Number(field.value) !== value) field.value = String(value);
    }
    draw(name);
    input(name, "x").dispatchEvent(new Event("input", { bubbles: true }));
}

/** Keeps a place on its page and large enough to hold something. */
function fitted(place, overlay) {
    const { width: pageWidth, height: pageHeight } = overlay.viewBox.baseVal;
    const width = round(Math.min(pageWidth, Math.max(least.width, place.width)));
    const height = round(Math.min(pageHeight, Math.max(least.height, place.height)));
    return {
        ...place, width, height,
        x: round(Math.min(pageWidth - width, Math.max(0, place.x))),
        y: round(Math.min(pageHeight - height, Math.max(0, place.y))),
    };
}

function draw(name) {
    const group = root.querySelector(`g[data-field="${CSS.escape(name)}"]`);
    const place = read(name);
    const overlay = root.querySelector(`[data-page="${place.page}"] .overlay`);
    if (!group || !overlay) return;
    if (group.parentNode !== overlay) overlay.append(group);
    const [body, grip] = group.querySelectorAll("rect");
    const text = group.querySelector("text");
    const put = (element, values) => Object.entries(values).forEach(([key, value]) => element.setAttribute(key, value));
    put(body, { x: place.x, y: place.y, width: place.width, height: place.height });
    put(grip, { x: place.x + place.width - 3, y: place.y + place.height - 3 });
    put(text, { x: place.x + 1, y: place.y + 4 });
}

/** Where the pointer is, in millimetres of the overlay. */
function point(event, overlay) {
    const box = overlay.getBoundingClientRect();
    const { width, height } = overlay.viewBox.baseVal;
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height };
}

let held = null;

function take(event) {
    const group = event.target.closest("g[data-field]");
    if (!group || event.button > 0) return;
    const overlay = group.ownerSVGElement;
    held = {
        group, overlay, name: group.dataset.field, from: point(event, overlay), place: read(group.dataset.field),
        isResizing: "grip" in event.target.dataset,
    };
    group.classList.add("held");
    group.focus({ preventScroll: true });
    overlay.setPointerCapture(event.pointerId);
    event.preventDefault();
}

function drag(event) {
    if (!held) return;
    const to = point(event, held.overlay);
    const [dx, dy] = [to.x - held.from.x, to.y - held.from.y];
    const place = held.isResizing
        ? { ...held.place, width: Math.min(held.place.width + dx, held.overlay.viewBox.baseVal.width - held.place.x),
            height: Math.min(held.place.height + dy, held.overlay.viewBox.baseVal.height - held.place.y) }
        : { ...held.place, x: held.place.x + dx, y: held.place.y + dy };
    write(held.name, fitted(place, held.overlay));
}

function release() {
    held?.group.classList.remove("held");
    held = null;
}

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function press(event) {
    const group = event.target.closest("g[data-field]");
    const step = steps[event.key];
    if (!group || !step) return;
    const place = read(group.dataset.field);
    const moved = event.shiftKey
        ? { ...place, width: place.width + step[0], height: place.height + step[1] }
        : { ...place, x: place.x + step[0], y: place.y + step[1] };
    write(group.dataset.field, fitted(moved, group.ownerSVGElement));
    group.focus();
    event.preventDefault();
    event.stopPropagation();
}

if (root) {
    root.addEventListener("pointerdown", take);
    root.addEventListener("pointermove", drag);
    root.addEventListener("pointerup", release);
    root.addEventListener("pointercancel", release);
    root.addEventListener("keydown", press);
    for (const numbers of root.querySelectorAll("[data-numbers]")) {
        numbers.addEventListener("change", () => {
            const place = read(numbers.dataset.numbers);
            const overlay = root.querySelector(`[data-page="${place.page}"] .overlay`);
            if (overlay) write(numbers.dataset.numbers, fitted(place, overlay));
        });
        numbers.addEventListener("input", () => draw(numbers.dataset.numbers));
    }
}

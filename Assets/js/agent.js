// Speaks with the signing program on this computer (VGCASignService): for each question one string into its socket, one
// JSON string out. Files it fetches and brings back by itself; values go through this page.

const OPENING_MS = 15_000;
const USUAL_PATIENCE_S = 300;
const words = (root, text) => { root.querySelector("[data-agent-words]").textContent = text; };

/** Why nothing was signed, in the terms that the office tells further. */
class Trouble extends Error {
    constructor(kind, answer = {}) {
        super(kind);
        this.kind = kind;
        this.status = String(answer.Status ?? "");
        this.words = String(answer.Message || answer.Error || "").slice(0, 200);
    }
}

/** One question to the program; resolves with its answer, whatever it is. */
function ask(address, path, text, patienceSeconds) {
    return new Promise((resolve, reject) => {
        let socket, answer, isOpen = false, isSlow = false;
        try { socket = new WebSocket(`${address}/${path}`); } catch { return reject(new Trouble("khong-goi-duoc")); }
        let timer = setTimeout(() => socket.close(), OPENING_MS);
        socket.onopen = () => {
            isOpen = true;
            clearTimeout(timer);
            timer = setTimeout(() => { isSlow = true; socket.close(); }, patienceSeconds * 1000);
            socket.send(text);
        };
        socket.onmessage = (event) => { answer = event.data; socket.close(); };
        socket.onclose = () => {
            clearTimeout(timer);
            if (answer === undefined) return reject(new Trouble(isSlow ? "qua-lau" : isOpen ? "dong-giua-chung" : "khong-goi-duoc"));
            try { resolve(JSON.parse(answer)); } catch { reject(new Trouble("khong-doc-duoc")); }
        };
    });
}

/** The answer of a question that was done. */
async function done(address, path, text, patienceSeconds) {
    const answer = await ask(address, path, text, patienceSeconds);
    if (answer.Status === 0 || answer.Status === "0" || answer.Status === true) return answer;
    throw new Trouble("bao-loi", answer);
}

const secret = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
const post = (path, fields) => fetch(path, { method: "POST", headers: { "X-CSRF-Token": secret() }, body: new URLSearchParams(fields) });
const certificateOf = (answer) => {
    const told = answer.CertInfo?.Base64Certificate ?? answer.CertInfo?.Certificate ?? answer.CertInfo ?? answer.CertBase64 ?? answer.Certificate;
    return typeof told === "string" ? told : "";
};

/** Puts one question; false when the office did not take what came of it and has said so itself. */
async function sign(card, request) {
    const patience = Number(card.dataset.patience) || USUAL_PATIENCE_S;
    if (request.file) {
        const file = { ...request.file };
        for (const name of ["FileName", "FileUploadHandler"]) file[name] = new URL(file[name], location.href).href;
        await done(card.dataset.agent, request.function, JSON.stringify(file), patience);
        return true;
    }
    const answer = await done(card.dataset.agent, request.function, request.message, patience);
    const taken = await post(request.answerTo, { "chu-ky": String(answer.Signature ?? ""), "chung-thu": certificateOf(answer) });
    return taken.ok;
}

/** All questions of one document. */
async function signAll(card, requests, failed) {
    try {
        for (const [index, request] of requests.entries()) {
            if (requests.length > 1) words(card, `Đang ký tệp ${index + 1}/${requests.length}…`);
            if (!await sign(card, request)) return;
        }
    } catch (error) {
        const trouble = error instanceof Trouble ? error : new Trouble("bao-loi", { Message: error.message });
        await post(failed, { "ly-do": trouble.kind, "ma": trouble.status, "loi": trouble.words });
    }
}

/** A batch, document by document, until nothing is left or the office says that it is over. */
async function walk(card) {
    let walker = "";
    for (;;) {
        const response = await post(card.dataset.next, { "nguoi-di": walker });
        if (!response.ok) return;
        const turn = await response.json();
        if (turn.title == null) return;
        walker = turn.walker;
        words(card, `Đang ký: ${turn.title}`);
        await signAll(card, turn.requests, turn.failed);
    }
}

async function begin(card) {
    if (card.dataset.next) await walk(card);
    else await signAll(card, JSON.parse(card.dataset.requests), card.dataset.failed);
    location.assign(card.dataset.after);
}

for (const card of document.querySelectorAll("[data-agent]")) begin(card);

const ADVICE = {
    "khong-goi-duoc": "không gọi được phần mềm ký số; hãy cài hoặc mở VGCASignService (biểu tượng cạnh đồng hồ) rồi thử lại",
    "dong-giua-chung": "phần mềm ký số đã đóng giữa chừng; hãy mở lại phần mềm rồi thử lại",
    "qua-lau": "phần mềm ký số không trả lời kịp; hãy kiểm tra token rồi thử lại",
    "khong-doc-duoc": "phần mềm ký số trả lời không đọc được; hãy cập nhật phần mềm",
};
const advice = (trouble) => ADVICE[trouble.kind] ?? (trouble.words || "phần mềm ký số báo lỗi; hãy kiểm tra token đã cắm");

/** The certificate of the token in this computer, put into the form that links it. */
document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-agent-certificate]");
    if (!form || form.elements["chung-thu"].value) return;
    event.preventDefault();
    try {
        const certificate = certificateOf(await done(form.dataset.agentCertificate, "GetCertInfo", "get_cert_info", USUAL_PATIENCE_S));
        if (!certificate) throw new Trouble("khong-doc-duoc");
        form.elements["chung-thu"].value = certificate;
        form.requestSubmit();
    } catch (error) {
        words(form, `Chưa lấy được chứng thư số: ${advice(error)}.`);
    }
});

/** What the program says of a file, beside the office's own verdict. */
document.addEventListener("click", async (event) => {
    const place = event.target.closest("[data-agent-check] button")?.parentElement;
    if (!place) return;
    words(place, "Đang gọi phần mềm ký số…");
    const question = { SessionId: "", FileName: new URL(place.dataset.file, location.href).href };
    try {
        const answer = await done(place.dataset.agentCheck, "VerifyPDF", JSON.stringify(question), USUAL_PATIENCE_S);
        words(place, answer.Message ? `Phần mềm ký số trả lời: ${answer.Message}` : "Phần mềm ký số đã kiểm tra xong; xem kết quả trong cửa sổ của nó.");
    } catch (error) {
        words(place, `Chưa kiểm tra được: ${advice(error)}.`);
    }
});

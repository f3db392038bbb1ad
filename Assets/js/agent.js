// Speaks with the signing program on this computer: one string into its socket, one JSON string out, for each file.

const OPENING_MS = 15_000;
const words = (root, text) => { root.querySelector("[data-agent-words]").textContent = text; };

/** One question to the program; resolves with its answer, rejects with a sentence for the person. */
function ask(address, path, text) {
    return new Promise((resolve, reject) => {
        let socket;
        try { socket = new WebSocket(`${address}/${path}`); } catch { return reject(new Error("không gọi được phần mềm ký")); }
        let isAnswered = false;
        const timer = setTimeout(() => socket.readyState === WebSocket.CONNECTING && socket.close(), OPENING_MS);
        socket.onopen = () => { clearTimeout(timer); socket.send(text); };
        socket.onmessage = (event) => {
            isAnswered = true;
            socket.close();
            try { resolve(JSON.parse(event.data)); } catch { reject(new Error("phần mềm ký trả lời không đọc được")); }
        };
        socket.onclose = () => {
            clearTimeout(timer);
            if (!isAnswered) reject(new Error("phần mềm ký chưa chạy hoặc đã đóng"));
        };
    });
}

const isDone = (answer) => answer.Status === 0 || answer.Status === "0" || answer.Status === true;
const complaint = (answer) => new Error(String(answer.Message || answer.Error || "phần mềm ký báo lỗi").slice(0, 200));

/** Signs one file after the other; the program fetches and brings each by itself. */
async function sign(card) {
    const requests = JSON.parse(card.dataset.requests);
    for (const [index, request] of requests.entries()) {
        if (requests.length > 1) words(card, `Đang ký tệp ${index + 1}/${requests.length}…`);
        const { function: path, ...question } = request;
        question.FileName = new URL(question.FileName, location.href).href;
        question.FileUploadHandler = new URL(question.FileUploadHandler, location.href).href;
        const answer = await ask(card.dataset.agent, path, JSON.stringify(question));
        if (!isDone(answer)) throw complaint(answer);
    }
}

async function begin(card) {
    try {
        await sign(card);
        words(card, "Đã nhận chữ ký.");
    } catch (error) {
        words(card, `Chưa ký được: ${error.message}.`);
        const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"];
        await fetch(card.dataset.failed, { method: "POST", headers: { "X-CSRF-Token": token }, body: new URLSearchParams({ "ly-do": error.message }) });
    }
    location.assign(card.dataset.after);
}

for (const card of document.querySelectorAll("[data-agent]")) begin(card);

/** The certificate of the token in this computer, put into the form that links it. */
document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-agent-certificate]");
    if (!form || form.elements["chung-thu"].value) return;
    event.preventDefault();
    try {
        const answer = await ask(form.dataset.agentCertificate, "GetCertInfo", "get_cert_info");
        const certificate = answer.CertInfo?.Base64Certificate ?? answer.CertInfo?.Certificate ?? answer.CertInfo ?? answer.Certificate;
        if (!isDone(answer) || typeof certificate !== "string") throw complaint(answer);
        form.elements["chung-thu"].value = certificate;
        form.requestSubmit();
    } catch (error) {
        words(form, `Chưa lấy được chứng thư số: ${error.message}.`);
    }
});

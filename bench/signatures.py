"""Signing and verifying, `vastoffice` beside pyHanko: the same files, the same keys, turn by turn in one run."""

import json
import os
import statistics
import subprocess
import sys

import practice

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(practice.ROOT, "Tests", "Judges"))
PIN = "12345678"


def keys(folder):
    """A root and an RSA-2048 and a P-256 signer below it."""
    import practice_pki
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    root_key = ec.generate_private_key(ec.SECP256R1())
    name = "Gốc thử nghiệm"
    root = practice_pki.certificate(name, root_key, name, root_key, authority=True)
    with open(os.path.join(folder, "root.pem"), "wb") as file:
        file.write(root.public_bytes(serialization.Encoding.PEM))
    made = {}
    for kind, key in [("RSA-2048", rsa.generate_private_key(65537, 2048)), ("P-256", ec.generate_private_key(ec.SECP256R1()))]:
        leaf = practice_pki.certificate("Nguyễn Văn Đức", key, name, root_key, authority=False)
        made[kind] = os.path.join(folder, f"{kind}.p12")
        with open(made[kind], "wb") as file:
            file.write(pkcs12.serialize_key_and_certificates(
                b"signer", key, leaf, [root], serialization.BestAvailableEncryption(PIN.encode())))
    with open(os.path.join(folder, "pin"), "w", encoding="ascii") as file:
        file.write(PIN + "\n")
    return made


def documents(folder):
    """A decision of one page and one of twenty, typed as an office does and made PDF by LibreOffice."""
    import docx_sample

    made = {}
    for pages in (1, 20):
        source = os.path.join(folder, f"decision-{pages}.docx")
        docx_sample.write(source, pages=pages)
        only = f'pdf:writer_pdf_Export:{{"PageRange":{{"type":"string","value":"1-{pages}"}}}}'
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/libreoffice", "--convert-to", only,
             "--outdir", folder, source], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        made[pages] = source.replace(".docx", ".pdf")
    return made


def page_count(path):
    told = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))


def once(command, expected=0):
    """Wall and processor milliseconds and peak megabytes of one process."""
    told = subprocess.run(
        [sys.executable, "-S", "-I", os.path.join(HERE, "measured.py"), *command], capture_output=True, text=True, check=True)
    result = json.loads(told.stdout)
    if result["code"] != expected:
        raise SystemExit(f"{' '.join(command)} ended with {result['code']}:\n{told.stderr[-2000:]}")
    return result


def turns(rounds, contenders):
    """Every contender once a round, the first round not counted; medians of times, greatest memory."""
    found = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, run in contenders.items():
            result = run()
            if turn:
                found[name].append(result)
    return {name: {
        "wall_ms": statistics.median(result["wall_ms"] for result in results),
        "cpu_ms": statistics.median(result["cpu_ms"] for result in results),
        "peak_mb": max(result["peak_mb"] for result in results)} for name, results in found.items()}


def processes(program, pyhanko, folder, file, key, rounds):
    """Whole processes: what a script or a person at a terminal waits for."""
    ours, theirs = os.path.join(folder, "ours.pdf"), os.path.join(folder, "theirs.pdf")
    pin, root = os.path.join(folder, "pin"), os.path.join(folder, "root.pem")

    def fresh(path, command):
        def run():
            if os.path.exists(path):
                os.remove(path)
            return once(command)
        return run

    signing = turns(rounds, {
        "vastoffice": fresh(ours, [program, "sign", file, ours, "--p12", key, "--passfile", pin]),
        "pyHanko": fresh(theirs, [pyhanko, "sign", "addsig", "--field", "Signature1", "--use-pades", "pkcs12",
                                  "--passfile", pin, file, theirs, key])})
    verifying = turns(rounds, {
        "vastoffice": lambda: once([program, "verify", ours, "--trust", root]),
        "pyHanko": lambda: once([pyhanko, "sign", "validate", "--no-revocation-check", "--trust", root, ours])})
    return signing, verifying


def inside(bench, python, folder, file, key, rounds):
    """Inside a running process, the key opened before: what a server pays for each file."""
    def told(command):
        # Started by a shell, which is small: see measured.py.
        shell = ["sh", "-c", '"$@"; exit $?', "sh", *command]
        return json.loads(subprocess.run(shell, capture_output=True, text=True, check=True).stdout)

    def ours(*arguments):
        return told([bench, *arguments, str(rounds)])

    times = [python, os.path.join(HERE, "pyhanko_times.py")]

    def theirs(kind, *arguments):
        found = told([*times, *arguments, "--rounds", str(rounds)])
        return {**found[kind], "peak_mb": found["peak_mb"]}

    signed, root = os.path.join(folder, "ours.pdf"), os.path.join(folder, "root.pem")
    signing = turns(2, {
        "vastoffice": lambda: ours("sign", file, key, PIN),
        "pyHanko": lambda: theirs("as_shipped", "sign", file, "--key", key, "--pin", PIN),
        "pyHanko, key parsed once": lambda: theirs("parsed_once", "sign", file, "--key", key, "--pin", PIN)})
    verifying = turns(2, {
        "vastoffice": lambda: ours("verify", signed, root),
        "pyHanko": lambda: theirs("as_shipped", "verify", signed, "--trust", root)})
    return signing, verifying

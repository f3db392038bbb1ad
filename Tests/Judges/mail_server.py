"""Takes one mail over SMTP on a free port and ends: mail_server.py PORT_FILE MAIL_FILE.

The port is written to PORT_FILE, a pipe, once it listens; envelope and mail to MAIL_FILE. As strict as a mail server is about the
order of commands (RFC 5321 §4.1.4).
"""

import socket
import sys


def main(port_file, mail_file):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(120)
        with open(port_file, "w", encoding="ascii") as file:
            file.write(f"{listener.getsockname()[1]}\n")
        connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.settimeout(60)
        with open(mail_file, "w", encoding="utf-8") as file:
            converse(lines, lambda text: connection.sendall(text.encode("ascii") + b"\r\n"), file)


def converse(lines, say, file):
    say("220 test")
    state = "new"
    for line in lines:
        word = line.split(b" ")[0].strip().upper()
        argument = line.decode("ascii").partition(":")[2].split(">")[0].strip(" <\r\n")
        if word in (b"EHLO", b"HELO"):
            state = "greeted"
            say("250 test")
        elif word == b"MAIL" and state == "greeted":
            state = "from"
            file.write(f"MAIL {argument}\n")
            say("250 ok")
        elif word == b"RCPT" and state in ("from", "to"):
            state = "to"
            file.write(f"RCPT {argument}\n")
            say("250 ok")
        elif word == b"DATA" and state == "to":
            say("354 go on")
            for text in lines:
                if text == b".\r\n":
                    break
                file.write(text.decode("ascii"))
            state = "greeted"
            say("250 taken")
        elif word == b"QUIT":
            say("221 bye")
            return
        else:
            say("503 not now")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A very small mail server for tests: as much IMAP as taking mails out of a folder asks."""

from __future__ import annotations

import re
import socketserver
import threading
from contextlib import contextmanager, suppress

FETCH = re.compile(r"UID FETCH (\d+) \((.+)\)")
PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>")


class Mailserver:
    """Folders of mails, each a pair of arrival and bytes, behind a real socket."""

    def __init__(self, password="secreto"):
        self.password = password
        self.folders = {"INBOX": {}}
        self.deleted = set()
        self.commands = []
        self.next_uid = 1
        self.breaks_at = ""
        """The server hangs up at a command that begins with this, once."""

    def deliver(self, data, arrived="23-Nov-2026 10:15:00 -0500"):
        self.folders["INBOX"][str(self.next_uid)] = (arrived, data)
        self.next_uid += 1

    @contextmanager
    def running(self, *, tls=None, starttls=None):
        """Listen on a port of this machine, encrypted from the beginning or once it is asked for.

        Both are contexts of ``ssl``.
        """
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                with suppress(OSError):
                    if tls is not None:
                        self.encrypt(tls)
                    if mails.talk(self.rfile, self.wfile, starttls=starttls):
                        self.encrypt(starttls)
                        mails.talk(self.rfile, self.wfile, greeting=b"")

            def finish(self):
                with suppress(OSError):
                    super().finish()
                self.connection.close()

            def encrypt(self, context):
                self.connection = context.wrap_socket(self.request, server_side=True)
                self.rfile = self.connection.makefile("rb")
                self.wfile = self.connection.makefile("wb", buffering=0)

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            try:
                yield server.server_address[1]
            finally:
                server.shutdown()
                thread.join()

    def talk(self, lines, out, *, greeting=b"* OK ready\r\n", starttls=None):
        """Answer until the other side goes, or asks for encryption that is to be had: then True."""
        out.write(greeting)
        for raw in lines:
            tag, _space, command = raw.decode().strip().partition(" ")
            self.commands.append(command)
            if self.breaks_at and command.startswith(self.breaks_at):
                self.breaks_at = ""
                return False
            for line in self.answer(command, offered=starttls is not None):
                out.write(line + b"\r\n")
            out.write(f"{tag} {self.verdict}\r\n".encode())
            if command == "STARTTLS" and starttls is not None:
                return True
            if command == "LOGOUT":
                return False
        return False

    def answer(self, command, *, offered=False):
        self.verdict = "OK done"
        verb = command.split()[0]
        if verb == "CAPABILITY":
            return [b"* CAPABILITY IMAP4rev1" + (b" STARTTLS" if offered else b"")]
        if verb == "LOGIN":
            if command != f'LOGIN "pqr" "{self.password}"':
                self.verdict = "NO [AUTHENTICATIONFAILED] no"
            return []
        if verb == "SELECT":
            return [b"* 1 EXISTS"]
        if verb == "CREATE":
            self.folders.setdefault(command.split('"')[1], {})
        if verb == "EXPUNGE":
            for uid in self.deleted:
                self.folders["INBOX"].pop(uid, None)
            self.deleted.clear()
        if verb == "LOGOUT":
            return [b"* BYE"]
        return self.by_uid(command) if verb == "UID" else []

    def by_uid(self, command):
        inbox = self.folders["INBOX"]
        if command.startswith("UID SEARCH"):
            left = [uid for uid in inbox if uid not in self.deleted]
            return [f"* SEARCH {' '.join(left)}".encode()]
        uid = command.split()[2]
        if command.startswith("UID COPY"):
            folder = command.split('"')[1]
            if folder not in self.folders:
                self.verdict = "NO [TRYCREATE] no such folder"
            else:
                self.folders[folder][uid] = inbox[uid]
            return []
        if command.startswith("UID STORE"):
            self.deleted.add(uid)
            return []
        arrived, data = inbox[uid]
        if found := PARTIAL.search(command):
            data = data[: int(found[1])]
            head = f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}\r\n".encode()
            return [head + data + b")"]
        said = f'* 1 FETCH (UID {uid} INTERNALDATE "{arrived}" RFC822.SIZE {len(data)})'
        return [said.encode()]

"""What simple loggers do: an HTTP server, one insert and one commit per POST. Usage: sqlite_post.py DATABASE PORT"""
import json
import sqlite3
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

database, port = sys.argv[1], int(sys.argv[2])
columns = 12
local = threading.local()


def connection():
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(database, timeout=30)
    return local.connection


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        reading = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        row = [reading["meter"], reading["at"], *reading["values"].values()]
        db = connection()
        db.execute(f"INSERT INTO reading VALUES (NULL, ?, ?{', ?' * columns})", row)
        db.commit()
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


connection().execute(
    f"CREATE TABLE reading (id INTEGER PRIMARY KEY, meter TEXT, at TEXT{''.join(f', value{i} REAL' for i in range(columns))})"
)
connection().commit()
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()

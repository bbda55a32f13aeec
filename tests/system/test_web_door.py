"""Who profweb lets in: names, tokens, TLS, other sites; and that nothing but the page's files is served."""

import itertools
import os
import pathlib
import ssl
import subprocess
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import profd
from web import PROFWEB, Events, profweb

TOKEN = "A-token_of.more~than+16/="
NUMBERS = itertools.count()
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def token_file(daemon, text=TOKEN + "\n", mode=0o600):
    path = daemon.folder / f"token.{next(NUMBERS)}"
    path.write_text(text)
    path.chmod(mode)
    return path


def certificate(daemon):
    """A certificate that signs itself, and its key."""
    paths = daemon.folder / "certificate.pem", daemon.folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2",
                    "-out", paths[0], "-keyout", paths[1]], check=True, stderr=subprocess.DEVNULL,
                   timeout=harness.PATIENCE)
    return paths


def refuses(daemon, status, says, *arguments):
    """profweb does not start."""
    said = subprocess.run([PROFWEB, *map(str, arguments)], env=daemon.environment, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE)
    assert said.returncode == status and says in said.stderr, (arguments, said)


def test_command_line():
    """Wrong usage ends with 2 and a message, what cannot be done with 1; help and version with 0."""
    with profd(start=False) as daemon:
        token, (public, key) = token_file(daemon), certificate(daemon)
        away = ("--listen", "0.0.0.0:0")
        for words, says in (
                (("--nonsense",), "profweb --help"), (("word",), "unexpected argument 'word'"),
                (("--listen", "8427"), "must be an address"), (("--listen", "example.org:1"), "must be an address"),
                (("--listen", "127.0.0.1:65536"), "must be an address"), (("--listen", "[::1]"), "must be an address"),
                (("--timeout", "nan"), "must be a number"), (("--timeout", "61"), "must be a number"),
                (("--certificate", public), "go together"), (("--key", key), "go together"),
                (away, "--certificate and --key, or --behind-proxy"),
                ((*away, "--token-file", token), "--certificate and --key, or --behind-proxy"),
                ((*away, "--certificate", public, "--key", key), "--token-file"),
                ((*away, "--behind-proxy"), "--token-file"), (("--listen", "[::]:0", "--behind-proxy"), "--token-file"),
                (("--behind-proxy",), "--token-file")):
            refuses(daemon, 2, says, *words)
        here = ("--listen", "127.0.0.1:0")
        for words, says in (
                (("--token-file", daemon.folder / "none"), "No such file"),
                (("--token-file", token_file(daemon, TOKEN, 0o644)), "others can read this file"),
                (("--token-file", token_file(daemon, "short\n")), "16 to 256 characters"),
                (("--token-file", token_file(daemon, "x" * 257)), "16 to 256 characters"),
                (("--token-file", token_file(daemon, "sixteen letters and blanks")), "letters, digits and"),
                (("--token-file", daemon.folder), "not a file"),
                (("--certificate", public, "--key", token), ""),
                (("--certificate", daemon.folder / "none", "--key", key), "No such file"),
                (("--listen", "203.0.113.7:0", "--behind-proxy", "--token-file", token_file(daemon)), "203.0.113.7:0")):
            refuses(daemon, 1, says, *here, *words)
        for words in (("--help",), ("--version",)):
            said = subprocess.run([PROFWEB, *words], text=True, stdout=subprocess.PIPE, timeout=harness.PATIENCE)
            assert said.returncode == 0 and said.stdout, words
            assert max(map(len, said.stdout.splitlines())) <= 100, said.stdout


def test_port_in_use():
    """A second profweb on the same port is refused, and the first goes on."""
    with profd() as daemon, profweb(daemon) as web:
        refuses(daemon, 1, "Address already in use", "--listen", f"127.0.0.1:{web.port}")
        assert web.json("summary")["total_calls"] == 0


def test_host():
    """Only names that are ours are answered: a page whose name was made to lead here gets nothing."""
    with profd() as daemon, profweb(daemon, "--host", "Profiles.Example.org") as web:
        ours = ("localhost", "LOCALHOST", f"localhost:{web.port}", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8427",
                "profiles.example.org", "PROFILES.example.org:443")
        others = ("evil.example", "evil.example:8427", "localhost.evil.example", "127.0.0.1.evil.example", "evil.localhost",
                  "localhost:evil", "127.0.0.2", "[::2]", "[::1", "", " ", ":8427", "localhost@evil.example", "0.0.0.0",
                  "profiles.example.org.", "\x7f", "localhost/", "x" * 5000)
        for path in ("/api/summary", "/", "/api/token", "/api/nothing"):
            for host in ours:
                assert web.ask(path, headers={"Host": host}).status != 421, (path, host)
            for host in others:
                answer = web.ask(path, headers={"Host": host})
                assert answer.status in (400, 421) and b"total_calls" not in answer.body, (path, host, answer.status)


def test_other_sites():
    """What a browser asks for another site's page is refused, whatever it sends along."""
    with profd() as daemon, profweb(daemon, "--token-file", token_file(daemon)) as web:
        for site, status in (("cross-site", 403), ("same-site", 403), ("nonsense", 403), ("same-origin", 200), ("none", 200)):
            assert web.ask("/api/summary", headers=dict(BEARER, **{"Sec-Fetch-Site": site})).status == status, site
            exchange = web.ask("/api/token", method="POST", headers=dict(BEARER, **{"Sec-Fetch-Site": site}))
            assert exchange.status == (204 if status == 200 else 403), site
        assert web.ask("/", headers={"Sec-Fetch-Site": "cross-site"}).status == 404  # a link to the page


def test_token():
    """With a token, nothing of profd's is told without it; it is exchanged for a cookie that no script can read."""
    with profd() as daemon, profweb(daemon, "--token-file", token_file(daemon)) as web:
        wrong = ({}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"},
                 {"Authorization": f"Bearer {TOKEN[:-1]}"}, {"Authorization": f"Basic {TOKEN}"}, {"Authorization": TOKEN},
                 {"Cookie": f"profweb={TOKEN[:-1]}"}, {"Cookie": f"other={TOKEN}"}, {"Cookie": "profweb="},
                 {"Cookie": f"xprofweb={TOKEN}"}, {"Authorization": f"Bearer {TOKEN.lower()}"})
        for path in ("/api/summary", "/api/events", "/api/stats?function=f", "/api/summary?sort=x"):
            for headers in wrong:
                answer = web.ask(path, headers=headers)
                assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer"), (path, headers)
                assert "token" in answer.json()["error"]
        assert web.ask(f"/api/summary?token={TOKEN}").status == 401
        assert web.json("summary", headers=BEARER)["total_calls"] == 0
        assert web.json("summary", headers={"Authorization": f"bearer  {TOKEN}"})["total_calls"] == 0
        for headers in wrong[:8]:
            answer = web.ask("/api/token", method="POST", headers=headers)
            assert answer.status == 401 and answer.headers["Set-Cookie"] is None, headers
        for method in ("GET", "PUT"):
            assert web.ask("/api/token", method=method, headers=BEARER).status == 405
        answer = web.ask("/api/token", method="POST", headers=BEARER)
        cookie, *words = answer.headers["Set-Cookie"].split("; ")
        assert answer.status == 204 and {"HttpOnly", "SameSite=Strict", "Path=/"} == set(words), answer.headers["Set-Cookie"]
        assert web.json("summary", headers={"Cookie": f"a=b; {cookie}; c=d"})["total_calls"] == 0
        events = Events(web, headers={"Cookie": cookie})
        assert events.next()[0] == "change"
        events.close()
        answer = web.ask("/api/token", method="DELETE", headers={"Cookie": cookie})
        assert answer.status == 204 and "profweb=;" in answer.headers["Set-Cookie"] and "Max-Age=0" in \
            answer.headers["Set-Cookie"]
        assert TOKEN not in web.said()


def test_no_token():
    """Without a token nothing is asked for, and there is no cookie to give."""
    with profd() as daemon, profweb(daemon) as web:
        answer = web.ask("/api/token", method="POST", headers=BEARER)
        assert answer.status == 204 and answer.headers["Set-Cookie"] is None
        assert web.json("summary", headers=BEARER)["total_calls"] == 0


def test_tls():
    """With a certificate all of it is encrypted, by TLS 1.2 at least, and the cookie goes nowhere else."""
    with profd() as daemon:
        public, key = certificate(daemon)
        with profweb(daemon, "--certificate", public, "--key", key, "--token-file", token_file(daemon),
                     listen="0.0.0.0:0") as web:
            assert web.secure
            web.host = "127.0.0.1"
            assert web.json("summary", headers=BEARER)["total_calls"] == 0
            assert web.ask("/api/summary").status == 401
            cookie = web.ask("/api/token", method="POST", headers=BEARER).headers["Set-Cookie"]
            assert "Secure" in cookie.split("; "), cookie
            context = ssl.create_default_context(cafile=public)
            with web.open_socket() as plain, context.wrap_socket(plain, server_hostname="localhost") as trusted:
                assert trusted.version() in ("TLSv1.2", "TLSv1.3")
            warnings.simplefilter("ignore", DeprecationWarning)  # that is what is tried
            old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
            old.set_ciphers("ALL:@SECLEVEL=0")
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
            with web.open_socket() as plain:
                try:
                    old.wrap_socket(plain)
                    raise AssertionError("TLS 1.1 was taken")
                except OSError:
                    pass
            with web.open_socket() as plain:
                plain.sendall(b"GET /api/summary HTTP/1.1\r\nHost: localhost\r\n\r\n")
                try:
                    assert b"total_calls" not in plain.recv(65536)
                except OSError:
                    pass
            events = Events(web, headers=BEARER)
            assert events.next()[0] == "change"
            assert web.stop() == 0
            events.close()


def test_proxy():
    """Behind a proxy, profweb goes by the name that it was told, and its cookie is for https only."""
    with profd() as daemon, profweb(daemon, "--behind-proxy", "--host", "profiles.example.org", "--token-file",
                                    token_file(daemon)) as web:
        headers = dict(BEARER, Host="profiles.example.org")
        assert web.json("summary", headers=headers)["total_calls"] == 0
        cookie = web.ask("/api/token", method="POST", headers=headers).headers["Set-Cookie"]
        assert "Secure" in cookie.split("; "), cookie
        assert web.ask("/api/summary", headers=dict(BEARER, Host="other.example.org")).status == 421


def test_six():
    """On the loopback address of IPv6 all is the same."""
    with profd() as daemon:
        if not os.path.exists("/proc/net/if_inet6") or "00000000000000000000000000000001" not in open(
                "/proc/net/if_inet6").read():
            print("left out: there is no IPv6 here")
            return
        with profweb(daemon, listen="[::1]:0") as web:
            assert web.json("summary")["total_calls"] == 0


def test_assets():
    """The files of the folder are served as they were at the start, packed where that pays; nothing else is."""
    with profd() as daemon:
        page = daemon.folder / "page"
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>profd</title>" + "<p>x</p>" * 1000)
        (page / "app.js").write_text("'use strict';\n")
        (page / "app.css").write_text("")
        (page / "secret").write_text("secret")
        (page / ".hidden.js").write_text("hidden")
        (page / "folder").mkdir()
        (page / "folder" / "inner.js").write_text("inner")
        with profweb(daemon, "--assets", page) as web:
            plain = web.ask("/")
            assert plain.status == 200 and plain.body == (page / "index.html").read_bytes()
            assert plain.headers["Content-Type"] == "text/html; charset=utf-8"
            assert plain.headers["Cache-Control"] == "no-cache" and plain.headers["Content-Encoding"] is None
            assert web.ask("/index.html").body == plain.body
            packed = web.ask("/", headers={"Accept-Encoding": "gzip, deflate"})
            assert packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < len(plain.body) / 10
            assert packed.headers["ETag"] != plain.headers["ETag"]
            again = web.ask("/", headers={"If-None-Match": plain.headers["ETag"]})
            assert (again.status, again.body) == (304, b"") and again.headers["ETag"] == plain.headers["ETag"]
            assert again.headers["Content-Security-Policy"] is not None
            assert web.ask("/", headers={"If-None-Match": '"other"'}).status == 200
            assert web.ask("/app.js?v=2").headers["Content-Type"] == "text/javascript; charset=utf-8"
            assert (web.ask("/app.css").status, web.ask("/app.css").body) == (200, b"")
            for path in ("/secret", "/.hidden.js", "/folder", "/folder/", "/folder/inner.js", "/inner.js", "/app.js/",
                         "/%61pp.jsx", "/../page/app.js", "/./app.js", "//app.js", "/app.js%2f..%2fsecret", "/token"):
                assert web.ask(path).status == 404, path
            assert web.ask("/%61pp.js").status == 200
            (page / "app.js").write_text("changed")
            (page / "new.js").write_text("new")
            assert web.ask("/app.js").body == b"'use strict';\n" and web.ask("/new.js").status == 404
            head = web.ask("/", method="HEAD")
            assert (head.status, head.body) == (200, b"")


if __name__ == "__main__":
    harness.main([test_command_line, test_port_in_use, test_host, test_other_sites, test_token, test_no_token, test_tls,
                  test_proxy, test_six, test_assets])

"""Keys for tcp://: made by profctl, and who gets what with which key."""

import os
import pathlib
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness

PROFCTL = str(harness.BUILD / "profctl")


def keygen(folder, *arguments, umask=0):
    return subprocess.run([PROFCTL, "keygen", *arguments], cwd=folder, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.PATIENCE, umask=umask)


def key_in(file, word):
    return next(line.split(" = ")[1] for line in file.read_text().splitlines() if line.startswith(word + " = "))


def test_keygen():
    """profctl keygen writes a new pair, the secret file with mode 0600 whatever the umask, and says what to do next."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for each in ("one", "two"):
            made = keygen(folder, each)
            assert made.returncode == 0, made.stderr
            assert f"{each}.secret" in made.stdout and "PROF_KEY" in made.stdout and "client_keys" in made.stdout
            assert stat.S_IMODE((folder / f"{each}.secret").stat().st_mode) == 0o600
            assert key_in(folder / f"{each}.secret", "secret") not in made.stdout
        keys = [key_in(folder / f"{each}.{kind}", word) for each in ("one", "two")
                for kind, word in (("secret", "secret"), ("public", "public"))]
        assert len(set(keys)) == 4 and all(len(key) == 40 for key in keys), keys
        assert key_in(folder / "one.secret", "public") == key_in(folder / "one.public", "public")
        assert sorted(os.listdir(folder)) == ["one.public", "one.secret", "two.public", "two.secret"]


def test_keygen_never_wider():
    """The secret file is made with mode 0600 and is never opened up, or given its name, before it is whole."""
    with tempfile.TemporaryDirectory() as name:
        trace = pathlib.Path(name) / "trace"
        try:
            subprocess.run(["strace", "-f", "-o", str(trace), "-e", "trace=openat,open,creat,chmod,fchmod,fchmodat,link,linkat,rename",
                            PROFCTL, "keygen", "k"], cwd=name, stdout=subprocess.DEVNULL, check=True,
                           timeout=harness.PATIENCE)
        except FileNotFoundError:
            print("left out: needs strace")
            return
        except subprocess.CalledProcessError:
            print("left out: strace cannot trace here")
            return
        lines = [line for line in trace.read_text().splitlines() if "k.secret" in line]
        assert len(lines) == 2 and "O_EXCL" in lines[0] and "0600" in lines[0] and "link" in lines[1], lines


def test_keygen_leaves_alone():
    """Files that exist, and links, are left alone without --force; with it they are replaced as a whole."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        assert keygen(folder, "k").returncode == 0
        before = (folder / "k.secret").read_text()
        (folder / "other.public").symlink_to(folder / "nowhere")
        for taken in ("k", "other"):
            again = keygen(folder, taken)
            assert again.returncode == 1 and "--force" in again.stderr, again
        assert (folder / "k.secret").read_text() == before and not (folder / "nowhere").exists()
        (folder / "k.secret").chmod(0o644)
        assert keygen(folder, "--force", "k").returncode == 0
        assert (folder / "k.secret").read_text() != before
        assert stat.S_IMODE((folder / "k.secret").stat().st_mode) == 0o600
        for bad in ("", "a b", ".k", "k\n", "folder/"):
            assert keygen(folder, bad).returncode == 2, bad
        assert keygen(folder, "missing/k").returncode == 4


harness.main([test_keygen, test_keygen_never_wider, test_keygen_leaves_alone])

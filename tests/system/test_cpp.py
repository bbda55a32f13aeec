"""What profclient.hpp promises to programs in C++: it compiles without a warning, names are qualified, and failures and
paths are right through exceptions and coroutines."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import BUILD, SOURCE, profd

COMPILERS = [name for name in ("g++", "clang++") if shutil.which(name)]
STRICT = {
    "g++": "-Wall -Wextra -pedantic -Wshadow -Wold-style-cast -Wuseless-cast -Wzero-as-null-pointer-constant -Wconversion",
    # -Wpadded tells how structs are laid out, which is no fault.
    "clang++": "-Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic -Wno-padded",
}
SANITIZE = shlex.split(os.environ.get("SANITIZE", ""))

# Everything there is, where exceptions may be off.
PLACES = """
namespace {
struct thing {
	int get(int n) const { PROF_QUALIFIED(); auto later = [n] { PROF_QUALIFIED(); return n; }; return later(); }
	int operator()(int n) const { PROF_QUALIFIED(); return n; }
};
template <class T> T twice(T t) { PROF_QUALIFIED(); PROF_QUALIFIED(); return t + t; }
int use(const char *name) {
	prof::scope one(PROF_SITE("one"));
	prof::scope other(prof::dynamic, name);
	prof::function query("query");
	prof::call call(query), moved(std::move(call));
	prof::inside inside(moved);
	one.fail("why");
	other.fail();
	call = prof::call("other");
	query.record(std::chrono::milliseconds(3));
	query.record(std::chrono::microseconds(3), 7);
	query.record_failed(std::chrono::seconds(3), nullptr);
	prof::record("hand", std::chrono::hours(1));
	prof::record_failed("hand", std::chrono::nanoseconds(1), "why");
	call.fail("why");
	moved.end_failed();
	return thing{}.get(1) + thing{}(2) + twice(3) + prof::run(PROF_SITE("run"), [] { return 1; });
}
}
"""
COROUTINES = """
struct gate {
	std::coroutine_handle<> waiting{};
	bool await_ready() const noexcept { return false; }
	void await_suspend(std::coroutine_handle<> handle) noexcept { waiting = handle; }
	int await_resume() const noexcept { return 1; }
};
template <class Base> struct task {
	struct promise_type : Base {
		task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
		std::suspend_never initial_suspend() noexcept { return {}; }
		std::suspend_always final_suspend() noexcept { return {}; }
		void return_void() {}
		void unhandled_exception() {}
	};
	std::coroutine_handle<promise_type> handle{};
};
struct nothing {};
[[maybe_unused]] static task<nothing> worker(gate &g, bool bad, bool thrown);
static void leaf() { PROF_SCOPE("leaf"); }
static task<nothing> worker(gate &g, bool bad, bool thrown)
{
	prof::coroutine timed(PROF_SITE("worker"));
	leaf();
	co_await timed(g);
	leaf();
	if (bad)
		timed.fail("this one");
	int one = co_await timed(g);
	leaf();
	if (thrown)
		throw one;
}
[[maybe_unused]] static task<prof::promise> own(gate &g);
static task<prof::promise> own(gate &g)
{
	auto timed = co_await prof::timed(PROF_HERE());
	leaf();
	co_await g;
	{
		auto part = co_await prof::timed(PROF_SITE("part"));
		leaf();
		co_await g;
		leaf();
		PROF_FAIL("part's");
	}
	co_await g;
	leaf();
}
"""
NAMES = """
#include <cstdio>
#include <string>
#include <vector>
#define SAY() std::puts(PROF_HERE().name)
namespace net {
struct Server {
	Server() { SAY(); }
	~Server() { SAY(); }
	int run(int) const volatile { SAY(); return 1; }
	bool operator<(const Server &) const { SAY(); return true; }
	int operator()(int) { SAY(); return 1; }
	operator bool() const { SAY(); return true; }
	Server *operator->() { SAY(); return this; }
	static const std::vector<std::vector<int>> &list() { SAY(); static std::vector<std::vector<int>> l; return l; }
	void (*pointer(int))(double) { SAY(); return nullptr; }
};
struct Client { int run(int) noexcept { SAY(); [](int) { SAY(); }(1);
	[](auto x) { SAY(); return x; }(1); return 1; } };
}
namespace { void hidden() { SAY(); } }
template <class T, int N> T twice(T t, const std::string & = "") { SAY(); return t + t; }
template <class T> auto later(T t) -> decltype(t + 1) { SAY(); return t + 1; }
decltype(auto) deduced() { SAY(); return 1; }
template <class... T> struct list { static void longest() { SAY(); } };
using long_one = list<list<list<int, long>, list<int, long>>, list<list<int, long>, list<char, long>>>;
int main()
{
	{
		net::Server s;
		s.run(1); static_cast<void>(s < s); s(1); static_cast<void>(static_cast<bool>(s)); s.operator->(); s.list(); s.pointer(1);
	}
	net::Client().run(1); hidden(); twice<int, 3>(1); twice<double, 4>(1); later('x'); deduced();
	list<long_one, long_one, long_one, int>::longest();
	list<long_one, long_one, long_one, char>::longest();
}
"""
SAID = """net::Server::Server
net::Server::run
net::Server::operator<
net::Server::operator()
net::Server::operator bool
net::Server::operator->
net::Server::list
net::Server::pointer
net::Server::~Server
net::Client::run
net::Client::run::<lambda>:19
net::Client::run::<lambda>:20 [x:auto = int]
(anonymous namespace)::hidden
twice [T = int, N = 3]
twice [T = double, N = 4]
later [T = char]
deduced
""".splitlines()
COUNTS = """
#include <memory>
#include <stdexcept>
#include <string>
static int half(int n)
{
	return prof::run(PROF_SITE("half"), [&]() -> int {
		if (n % 25 == 1)
			throw std::runtime_error("bad " + std::to_string(n));
		return n / 2;
	});
}
/* Returns, though an exception is on its way. */
struct cleanup { ~cleanup() { prof::scope scope(PROF_SITE("cleanup")); } };
namespace net { struct Server { void run(int n) { PROF_QUALIFIED(); cleanup c; if (n % 4 == 0) throw n; } }; }
int main()
{
	prof::function query("query");
	std::string route = "GET /";

	for (int i = 0; i < 100; i++) {
		try { net::Server().run(i); } catch (int) { }
		try { half(i); } catch (const std::exception &) { }
		prof::scope scope(prof::dynamic, (route + std::to_string(i % 2)).c_str());
		try { throw std::runtime_error("why"); } catch (...) { if (i == 7) scope.fail(); }
	}
	query.record(std::chrono::milliseconds(3));
	query.record(std::chrono::microseconds(250), 4);
	query.record_failed(std::chrono::milliseconds(2), "measured");
	{
		prof::call a(query), b(std::move(a)), c, d(query), e(query);
		c = std::move(b);
		c.end_failed("ended");
		d.fail(nullptr);
		prof::inside inside(e);
		cleanup below;
	}
	try { prof::call thrown("thrown"); throw 1; } catch (int) { }
	return prof::flush(std::chrono::minutes(1)) == PROF_OK ? 0 : 1;
}
"""
# What ends with the process, begun before and after its first call.
ENDS = """
#include <cstdlib>
#include <thread>
struct ends {
	const char *name;
	ends(const char *n, bool calls = false) : name(n) { if (calls) { PROF_SCOPE("constructor"); } }
	~ends() { PROF_SCOPE_DYNAMIC(name); }
};
static void early() { PROF_SCOPE("handler before"); }
static void late() { PROF_SCOPE("handler after"); }
static ends before("global before"), calls("global that calls", FIRST), after("global after");
static thread_local ends local("of a thread");
int main()
{
	std::atexit(early);
	static ends within("within a function");
	local.name = "of main's thread";
	{ PROF_SCOPE("main"); }
	std::atexit(late);
	std::thread([] { static_cast<void>(local.name); PROF_SCOPE("thread"); }).join();
	std::thread([] { { PROF_SCOPE("thread"); } static_cast<void>(local.name); }).join();
	return 0;
}
"""
CONCURRENT = """
#include <thread>
int main()
{
	for (int i = 0; i < 2000; i++) {
		gate a, b, c;
		auto x = worker(a, i % 2 == 0, false), y = worker(b, false, i % 4 == 0);
		auto z = own(c);

		leaf();
		a.waiting.resume();
		b.waiting.resume();
		c.waiting.resume();
		a.waiting.resume();
		std::thread([&] {
			leaf();
			b.waiting.resume();
			c.waiting.resume();
		}).join();
		c.waiting.resume();
		x.handle.destroy();
		y.handle.destroy();
		z.handle.destroy();
	}
	gate unfinished;
	worker(unfinished, false, false).handle.destroy();
	return prof::flush(std::chrono::minutes(1)) == PROF_OK ? 0 : 1;
}
"""


def compiles(compiler, flags, text):
    said = subprocess.run([compiler, *flags.split(), f"-I{SOURCE}/include", "-x", "c++", "-c", "-o", "/dev/null", "-"],
                          input="#include <profclient.hpp>\n" + text + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=harness.PATIENCE)
    return said.returncode == 0, said.stdout


def build(compiler, folder, text, *flags, library=True):
    """A program of this text."""
    source, made, program = (pathlib.Path(folder) / name for name in ("program.cpp", "program.o", f"with-{compiler}"))
    source.write_text("#include <profclient.hpp>\n" + text)
    subprocess.run([compiler, *flags, *SANITIZE, "-g", f"-I{SOURCE}/include", "-c", "-o", str(made), str(source)], check=True)
    libraries = ["libprofclient.la", "-lpthread"] if library else []
    subprocess.run([str(BUILD / "libtool"), "--quiet", "--tag=CC", "--mode=link", compiler, *SANITIZE, "-no-install", "-o",
                    str(program), str(made), *libraries], cwd=BUILD, check=True)
    return program


def builders():
    """With the compiler whose sanitizers the library has, where it has any."""
    return COMPILERS[:1] if SANITIZE else COMPILERS


def paths(daemon):
    """Of each path, without the program: calls and failures."""
    tree = daemon.json("tree", "--share", "0")["paths"]
    names = {}
    for path in tree:
        above = names.get(path["parent"])
        names[path["id"]] = "" if above is None else f"{above}>{path['function']}" if above else path["function"]
    return {names[path["id"]]: (path["call_count"], path["error_count"]) for path in tree if path["call_count"]}


def run(compiler, text, *flags):
    """What profd knows after such a program: its paths, and the messages of its failures."""
    with tempfile.TemporaryDirectory() as folder, profd() as daemon:
        program = build(compiler, folder, text, *flags)
        subprocess.run([str(program)], env=daemon.environment, check=True, timeout=harness.PATIENCE)
        return paths(daemon), sorted({(call["function"], call["error"]) for call in daemon.json("slow", "--limit", "0")["calls"]
                                      if call["error"]})


def test_dialects():
    """The header compiles from C++17 on, whatever is warned of, without exceptions or types at run time, and switched off."""
    for compiler in COMPILERS:
        for standard in ("c++17", "c++20", "c++2b"):
            more = COROUTINES if standard != "c++17" else ""
            if more and compiler == "g++":
                more = "\n#pragma GCC diagnostic ignored \"-Wzero-as-null-pointer-constant\"\n" + more  # in its own frames
            flags = ["", "-fno-exceptions -fno-rtti"] if standard == "c++17" else ["", "-O2 -DPROF_DISABLE"]
            for flag in flags:
                text = PLACES + "int main(int, char **v) { return use(v[0]); }" + more
                well, said = compiles(compiler, f"-std={standard} -Werror {STRICT[compiler]} {flag}", text)
                assert well and not said, (compiler, standard, flag, said)


def test_disabled():
    """Switched off, a program needs no library."""
    with tempfile.TemporaryDirectory() as folder:
        program = build(COMPILERS[0], folder, PLACES + "int main(int, char **v) { return use(v[0]) == 10 ? 0 : 1; }",
                        "-std=c++17", "-DPROF_DISABLE", library=False)
        subprocess.run([str(program)], check=True, timeout=harness.PATIENCE)


def test_refused():
    """Names that are none, or no constants, and jumps past a scope do not compile."""
    for compiler in COMPILERS:
        for name, why in (('""', "255 bytes"), (f'"{"x" * 256}"', "255 bytes"), ('"\\xff"', "255 bytes"),
                          ('"\\xed\\xa0\\x80"', "255 bytes"), ("name", "constant")):
            text = "void f(const char *name); void f(const char *name) { prof::scope scope(PROF_SITE(%s)); (void)name; }"
            well, said = compiles(compiler, "-std=c++17", text % name)
            assert not well and why in said, (compiler, name, said)
        for name in ('"x"', f'"{"x" * 255}"', '"gr\\xc3\\xbc\\xc3\\x9f"'):
            assert compiles(compiler, "-std=c++17", text % name)[0], name
        well, said = compiles(compiler, "-std=c++17", "int f(int n) { if (n) goto out; PROF_QUALIFIED(); out: return n; }")
        assert not well and "jump" in said, said


def test_names():
    """A function's name is qualified; lambdas, operators and what a template was made with are told apart; what is too long
    ends with a hash of all of it."""
    for compiler in builders():
        with tempfile.TemporaryDirectory() as folder:
            program = build(compiler, folder, NAMES, "-std=c++17")
            lines = subprocess.run([str(program)], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        # gcc counts the parameters whose type is auto.
        assert [line.replace("[auto:1", "[x:auto") for line in lines[:-2]] == SAID, (compiler, lines)
        one, other = lines[-2:]
        assert one != other and len(one) == len(other) == 255 and one[:240] == other[:240], (one, other)


def test_failures():
    """A call fails when an exception leaves it, and no other does; with what() where it is caught around the call."""
    for compiler in builders():
        counts, messages = run(compiler, COUNTS, "-std=c++17")
        assert counts == {
            "net::Server::run": (100, 25), "net::Server::run>cleanup": (100, 0), "half": (100, 4), "GET /0": (50, 0),
            "GET /1": (50, 1), "query": (9, 3), "query>cleanup": (1, 0), "thrown": (1, 1)}, counts
        assert messages == sorted([("GET /1", "why"), ("query", "ended"), ("query", "measured"),
                                   *(("half", f"bad {i}") for i in (1, 26, 51, 76))]), messages


def test_coroutines():
    """A coroutine keeps its path and its failures while others run, on any thread; what is suspended is in nobody's path."""
    for compiler in builders():
        counts, messages = run(compiler, COROUTINES + CONCURRENT, "-std=c++20", "-pthread")
        assert counts == {"worker": (4001, 1500), "worker>leaf": (12001, 0), "own": (2000, 0), "own>leaf": (4000, 0),
                          "own>part": (2000, 2000), "own>part>leaf": (4000, 0), "leaf": (4000, 0)}, counts
        assert messages == [("part", "part's"), ("worker", "this one")], messages


def test_ends():
    """Calls of destructors of globals and of a thread's variables, and of exit handlers, count, whether the program's first call
    came before or after these were made."""
    once = ("global before", "global that calls", "global after", "handler before", "handler after", "of main's thread",
            "within a function", "main")
    for compiler in builders():
        for first in (True, False):
            counts, _ = run(compiler, ENDS, "-std=c++17", f"-DFIRST={str(first).lower()}", "-pthread")
            expected = dict.fromkeys(once, (1, 0)) | {"thread": (2, 0), "of a thread": (2, 0)}
            assert counts == expected | ({"constructor": (1, 0)} if first else {}), (first, counts)


if __name__ == "__main__":
    if not COMPILERS:
        print("needs g++ or clang++")
        sys.exit(77)
    harness.main([test_dialects, test_disabled, test_refused, test_names, test_failures, test_coroutines,
                  test_ends])

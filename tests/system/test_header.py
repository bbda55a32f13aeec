"""What compiles with profclient.h: its macros in any dialect, without a warning; and what must not."""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
from harness import SOURCE

COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
CXX = {"gcc": "g++", "clang": "clang++"}
STRICT = {
    "gcc": "-Wall -Wextra -pedantic -Wshadow -Wvla -Wdeclaration-after-statement -Wredundant-decls -Wnested-externs "
           "-Wstrict-prototypes -Wc++-compat",
    "clang": "-Weverything",
    "g++": "-Wall -Wextra -pedantic -Wshadow -Wold-style-cast -Wuseless-cast -Wzero-as-null-pointer-constant",
    # The header is C++11 and C++98 at once: that one does not compile as the other is no fault.
    "clang++": "-Weverything -Wno-c++98-compat -Wno-c++98-compat-pedantic",
}
# _Bool is not in C89, which clang says under -Weverything even of <stdbool.h>.
C89 = {"gcc": "", "clang": "-Wno-c99-extensions"}

PLACES = """
#define BOTH() PROF_SCOPE("a"); PROF_SCOPE("b")

int f(int n, const char *name);
int f(int n, const char *name)
{
	int i;
	PROF_FUNCTION();
	int unused_before;

	unused_before = n;
	{
		BOTH();
		n += unused_before;
		PROF_SCOPE("behind a statement");
		for (i = 0; i < 3; i++) {
			PROF_SCOPE_DYNAMIC(name);
			if (i == n)
				continue;
			if (n == 7)
				break;
			if (n == 8)
				goto out;
			{
				PROF_SCOPE("in");
				PROF_SCOPE_AS(mine, "this one");
				n += i;
				PROF_SCOPE_AS(unused, "never failed");
				PROF_SCOPE_FAIL(mine, name);
			}
		}
	}
	PROF_FAIL("x");
out:
	return n;
}
"""
CPP_PLACES = """
template <typename T> static T twice(T t)
{
	PROF_FUNCTION();
	return t + t;
}
struct thing {
	int value;
	int get() const
	{
		PROF_FUNCTION();
		auto later = [this](int more) {
			PROF_SCOPE("lambda");
			return value + more;
		};
		return later(2);
	}
};
static constexpr char name_of_array[] = "array";
int g(int n);
int g(int n)
{
	PROF_SCOPE(name_of_array);
	return twice(n) + thing{n}.get();
}
"""
# Each jumps past a scope; the last one where only clang looks.
JUMPS = {
    "goto": "int f(int n) { if (n) goto out; PROF_SCOPE(\"x\"); n++; out: return n; }",
    "goto back into a block": "int f(int n) { { PROF_SCOPE(\"x\"); in: n++; } if (n < 9) goto in; return n; }",
    "case": "int f(int n) { switch (n) { case 0:; PROF_SCOPE(\"x\"); n++; /* fall through */ default: n++; } return n; }",
    "goto past a function's": "int f(int n) { if (n) goto out; PROF_FUNCTION(); n++; out: return n; }",
    "goto past one with a name": "int f(int n) { if (n) goto out; PROF_SCOPE_AS(a, \"x\"); n++; out: return n; }",
    "goto past a dynamic one": "int f(int n) { if (n) goto out; PROF_SCOPE_DYNAMIC(\"x\"); n++; out: return n; }",
    "computed goto": "int f(int n) { static void *const to[] = {&&a, &&b}; goto *to[n]; a:; PROF_SCOPE(\"x\"); n++; b: "
                     "return n; }",
}


def compiles(compiler, flags, text, language="c"):
    said = subprocess.run([compiler, *flags.split(), f"-I{SOURCE}/include", "-x", language, "-c", "-o", "/dev/null", "-"],
                          input="#include <profclient.h>\n" + text + "\n", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=harness.PATIENCE)
    return said.returncode == 0, said.stdout


def check_compiles(*arguments):
    well, said = compiles(*arguments)
    assert well and not said, (arguments[:2], said)


def test_dialects():
    """The macros compile in any dialect of C, and of C++, whatever is warned of, also where they do nothing."""
    for compiler in COMPILERS:
        for standard in ("c89", "gnu89", "c99", "c11", "gnu11", "c17", "c2x"):
            old = C89[compiler] if standard.endswith("89") else ""
            for more in ("", "-O2 -DPROF_DISABLE"):
                check_compiles(compiler, f"-std={standard} -Werror {STRICT[compiler]} {old} {more}", PLACES)


def test_dialects_of_cpp():
    """The same in C++: in templates, members and lambdas too."""
    for compiler in map(CXX.get, COMPILERS):
        for standard in ("c++98", "c++11", "c++14", "c++17", "c++20"):
            for more in ("", "-O2 -DPROF_DISABLE"):
                flags = f"-std={standard} -Werror {STRICT[compiler]} {more}"
                check_compiles(compiler, flags, PLACES, "c++")
                if standard != "c++98":
                    check_compiles(compiler, flags, CPP_PLACES, "c++")


def test_jumps():
    """A jump past a scope, which would end a call that never began, does not compile."""
    for compiler in COMPILERS:
        for what, text in JUMPS.items():
            for name, language in ((compiler, "c"), (CXX[compiler], "c++")):
                well, said = compiles(name, "-w", text, language)
                assert well == (what == "computed goto" and compiler == "gcc"), (name, what, said)
                assert well or "jump" in said, said


def test_names():
    """The name of a scope must be a constant: a scope whose name is found out later is another one."""
    text = "int f(const char *s); int f(const char *s) { %s(s); return s[0]; }"
    for compiler in COMPILERS:
        for name, flags, language in ((compiler, "", "c"), (CXX[compiler], "-std=c++11", "c++")):
            well, said = compiles(name, flags, text % "PROF_SCOPE", language)
            assert not well and "constant" in said, (name, said)
            check_compiles(name, flags, text % "PROF_SCOPE_DYNAMIC", language)


if __name__ == "__main__":
    if "gcc" not in COMPILERS or not shutil.which("g++"):
        print("needs gcc and g++")
        sys.exit(77)
    if "clang" not in COMPILERS:
        print("left out: clang is not installed")
    harness.main([test_dialects, test_dialects_of_cpp, test_jumps, test_names])

/*
 * profclient.hpp - profclient.h for C++17 and later: calls that fail when an exception leaves them,
 * qualified names, asynchronous calls as objects, coroutines, and durations of <chrono>.
 *
 *	#include <profclient.hpp>
 *
 *	int net::Server::run(request &r)
 *	{
 *		PROF_QUALIFIED();		// "net::Server::run"
 *		...
 *	}
 *
 * Header only; link with libprofclient. With -DPROF_DISABLE it does nothing and needs no library.
 * What profclient.h says of threads, errors, text and waiting holds here too.
 * See profclient.hpp(3).
 */
#ifndef PROFCLIENT_HPP
#define PROFCLIENT_HPP

#if __cplusplus < 201703L
#error "profclient.hpp needs C++17"
#endif

#include <cxxabi.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#if __cplusplus >= 202002L && defined __has_include
#if __has_include(<coroutine>) && defined __cpp_impl_coroutine
#include <coroutine>
#define PROF_HAS_COROUTINES_ 1
#endif
#endif

#include <profclient.h>

#pragma GCC visibility push(default)

namespace prof
{

using seconds = std::chrono::duration<double>;

/* A place in the code; PROF_SITE and PROF_HERE make them. */
using site = struct prof_site;

/* ----------------------------------------------------------------- names */

namespace names
{

constexpr std::size_t name_max = 255;

constexpr bool starts_with(std::string_view text, std::string_view with)
{
	return text.substr(0, with.size()) == with;
}

constexpr unsigned byte(std::string_view text, std::size_t at)
{
	return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/* Bytes of the character at the start, as RFC 3629 has them; 0 where there is none. */
constexpr std::size_t character(std::string_view text)
{
	const unsigned a = byte(text, 0), b = byte(text, 1);
	const std::size_t size = a < 0x80 ? 1 : a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4;

	if (a == 0 || (a >= 0x80 && a < 0xc2) || a > 0xf4 || (a == 0xe0 && b < 0xa0) ||
	    (a == 0xed && b > 0x9f) || (a == 0xf0 && b < 0x90) || (a == 0xf4 && b > 0x8f))
		return 0;
	for (std::size_t i = 1; i < size; i++) {
		if ((byte(text, i) & 0xc0) != 0x80)
			return 0;
	}
	return size;
}

/* As name_is_valid of profd. */
constexpr bool is_name(std::string_view text)
{
	if (text.empty() || text.size() > name_max)
		return false;
	while (!text.empty()) {
		const std::size_t size = character(text);

		if (size == 0)
			return false;
		text.remove_prefix(size);
	}
	return true;
}

template <std::size_t Room> struct name {
	char text[Room] = {};
	std::size_t size = 0;

	constexpr void add(char c)
	{
		text[size++] = c;
	}
	constexpr void add(std::string_view more)
	{
		for (const char c : more)
			add(c);
	}
	constexpr bool ends_with(std::string_view with) const
	{
		return size >= with.size() &&
		       std::string_view(text + size - with.size(), with.size()) == with;
	}
	constexpr void cut(std::size_t to)
	{
		while (size > to)
			text[--size] = '\0';
	}
	/* A name that is too long ends with a hash of all of it. */
	constexpr void fit()
	{
		unsigned long long hash = 0xcbf29ce484222325ULL;
		std::size_t to = name_max - 9;

		if (size <= name_max)
			return;
		for (std::size_t i = 0; i < size; i++)
			hash = (hash ^ static_cast<unsigned char>(text[i])) * 0x100000001b3ULL;
		while ((static_cast<unsigned char>(text[to]) & 0xc0) == 0x80)
			to--;
		cut(to);
		add('~');
		for (int shift = 60; shift >= 32; shift -= 4)
			add("0123456789abcdef"[(hash >> shift) & 15]);
	}
};

/* Where the bracket that opens at the start is closed: just behind. `->` closes nothing. */
constexpr std::size_t closed(std::string_view text)
{
	std::size_t depth = 0;
	bool angles = text[0] == '<';

	for (std::size_t i = 0; i < text.size(); i++) {
		const char c = text[i];

		if (c == '(' || c == '[' || c == '{') {
			if (angles)
				i += closed(text.substr(i)) - 1;
			else
				depth++;
		} else if (angles ? c == '<' : false) {
			depth++;
		} else if (angles ? c == '>' && text[i - 1] != '-'
				  : c == ')' || c == ']' || c == '}') {
			if (--depth == 0)
				return i + 1;
		}
	}
	return text.size();
}

/* What may stand between the parameters of a function and what is declared in it. */
constexpr std::size_t qualifiers(std::string_view text)
{
	std::size_t at = 0;

	for (bool more = true; more;) {
		more = false;
		for (const std::string_view word :
		     {" const", " volatile", " noexcept", " &&", " &"}) {
			if (starts_with(text.substr(at), word)) {
				at += word.size();
				more = true;
			}
		}
	}
	return at;
}

/* The name of an operator: all up to its parameters. */
constexpr std::size_t operator_size(std::string_view text)
{
	std::size_t at = sizeof("operator") - 1;

	if (starts_with(text.substr(at), "()"))
		return at + 2;
	if (byte(text, at) != ' ') {
		while (at < text.size() && text[at] != '(' && text[at] != ' ')
			at++;
		return at;
	}
	while (at < text.size() && text[at] != '(')
		at += text[at] == '<' ? closed(text.substr(at)) : 1;
	return at;
}

constexpr bool is_identifier(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_';
}

/* A closure or another type without a name, as gcc or clang writes it; 0 if there is none. */
constexpr std::size_t unnamed_size(std::string_view text)
{
	for (const std::string_view word :
	     {"<lambda", "<unnamed", "(anonymous", "(lambda", "(unnamed", "{anonymous}"}) {
		if (starts_with(text, word))
			return closed(text);
	}
	return 0;
}

constexpr std::string_view unnamed_text(std::string_view text)
{
	return starts_with(text, "<lambda") || starts_with(text, "(lambda") ||
			       text == "(anonymous class)"
		       ? std::string_view("<lambda>")
	       : text == "{anonymous}" ? std::string_view("(anonymous namespace)")
				       : text;
}

/* Reads the qualified name of a function, without its result and parameters. Returns how much of
 * the signature it read. */
template <std::size_t Room>
constexpr std::size_t read_function(std::string_view from, name<Room> &to)
{
	for (std::size_t at = 0, size = 0; at < from.size(); at += size) {
		const std::string_view rest = from.substr(at);
		const bool fresh = to.size == 0 || !is_identifier(to.text[to.size - 1]);

		if (to.size != 0 && starts_with(rest, " ["))
			return at; /* a closure of gcc shows no parameters */
		size = unnamed_size(rest);
		if (size != 0) {
			if (!fresh && rest[0] == '<')
				to.cut(0); /* the result, of which nothing parts it */
			to.add(unnamed_text(rest.substr(0, size)));
			continue;
		}
		size = 1;
		if (fresh && starts_with(rest, "operator") && !is_identifier(from[at + 8])) {
			size = operator_size(rest);
			if (to.ends_with("<lambda>::"))
				to.cut(to.size - 2); /* clang says whose operator it is */
			else
				to.add(rest.substr(0, size));
		} else if (rest[0] == ' ' || ((rest[0] == '*' || rest[0] == '&') && to.size == 0)) {
			to.cut(0);
		} else if (rest[0] == '<' || rest[0] == '[') {
			size = closed(rest);
			to.add(rest.substr(0, size));
		} else if (rest[0] != '(') {
			to.add(rest[0]);
		} else if (to.size == 0 || to.ends_with("decltype")) {
			/* Of the result: a pointer to a function, or decltype. */
			size = to.size == 0 ? 1 : closed(rest);
			to.cut(0);
		} else {
			size = closed(rest);
			size += qualifiers(rest.substr(size));
			if (!starts_with(rest.substr(size), "::"))
				return at + size;
		}
	}
	return from.size();
}

/* Where the first part of a list ends. */
constexpr std::size_t part_size(std::string_view list)
{
	std::size_t at = 0;

	while (at < list.size() && list[at] != ';' && list[at] != ',') {
		const char c = list[at];

		at += c == '<' || c == '(' || c == '[' || c == '{' ? closed(list.substr(at)) : 1;
	}
	return at;
}

/* Of "int N = 3" what begins with the name of the parameter. gcc also explains the aliases and
 * types that it used: nothing of these. */
constexpr std::string_view argument(std::string_view part)
{
	const std::size_t equals = part.find(" = ");
	std::size_t begin = 0;

	if (equals == std::string_view::npos)
		return {};
	for (std::size_t i = 0; i < equals; i++) {
		if (part[i] == ' ')
			begin = i + 1;
	}
	for (std::size_t i = begin; i < equals; i++) {
		if (!is_identifier(part[i]) && part[i] != '.' &&
		    (part[i] != ':' || part[i + 1] == ':' || part[i - 1] == ':'))
			return {};
	}
	return part.substr(begin);
}

/* What a template was made with: "T = int, N = 3". */
template <std::size_t Room> constexpr void read_arguments(std::string_view list, name<Room> &to)
{
	const std::size_t before = to.size;

	while (!list.empty()) {
		const std::size_t size = part_size(list);
		const std::string_view found = argument(list.substr(0, size));

		if (!found.empty()) {
			to.add(to.size == before ? " [" : ", ");
			to.add(found);
		}
		list.remove_prefix(size < list.size() ? size + 1 : size);
		while (!list.empty() && list[0] == ' ')
			list.remove_prefix(1);
	}
	if (to.size != before)
		to.add(']');
}

/* The name of the function whose __PRETTY_FUNCTION__ this is. Closures have the line too. */
template <std::size_t Room> constexpr name<Room> qualified(std::string_view pretty, unsigned line)
{
	name<Room> to;
	char digits[10] = {};
	std::size_t count = 0;

	pretty.remove_prefix(read_function(pretty, to));
	if (to.ends_with("<lambda>")) {
		for (; line != 0; line /= 10)
			digits[count++] = static_cast<char>('0' + line % 10);
		to.add(':');
		while (count != 0)
			to.add(digits[--count]);
	}
	while (!pretty.empty() && pretty[0] != '[')
		pretty.remove_prefix(1);
	if (!pretty.empty()) {
		pretty = pretty.substr(1, closed(pretty) - 2);
		if (starts_with(pretty, "with "))
			pretty.remove_prefix(5);
		read_arguments(pretty, to);
	}
	to.fit();
	return to;
}

} // namespace names

} // namespace prof

/* ----------------------------------------------------------------- sites */

/* Of a constant name, which is checked when it is compiled; and of the function around it. */
#define PROF_SITE(name)                                                  \
	(*__extension__({                                                \
		static_assert(::prof::names::is_name(name),              \
			      "a name must be 1 to 255 bytes of UTF-8"); \
		static constexpr const char *prof_text_ = name;          \
		static ::prof::site prof_site_ = {prof_text_, 0};        \
		&prof_site_;                                             \
	}))
#define PROF_HERE()                                                                 \
	(*__extension__({                                                           \
		static constexpr auto prof_name_ =                                  \
			::prof::names::qualified<sizeof(__PRETTY_FUNCTION__) + 64>( \
				__PRETTY_FUNCTION__, __LINE__);                     \
		static ::prof::site prof_site_ = {prof_name_.text, 0};              \
		&prof_site_;                                                        \
	}))

/* Times the rest of the enclosing block, as PROF_FUNCTION does, under the qualified name. */
#define PROF_QUALIFIED() const ::prof::scope PROF_JOIN_(prof_scope_, __COUNTER__)(PROF_HERE())

namespace prof
{
/* Files that are compiled with and without PROF_DISABLE may be linked together. */
#ifdef PROF_DISABLE
inline namespace disabled
{
constexpr bool on = false;
#else
inline namespace enabled
{
constexpr bool on = true;
#endif
#define PROF_INLINE_ [[gnu::always_inline]] inline

/* ---------------------------------------------------------------- scopes */

namespace detail
{

/* What runs at both ends of a scope, and nothing of exceptions. */
class plain_scope
{
      public:
	PROF_INLINE_ explicit plain_scope(site &where) noexcept
	{
		if constexpr (on)
			prof_scope_begin_(&scope_, &where);
	}
	PROF_INLINE_ explicit plain_scope(const char *name) noexcept
	{
		if constexpr (on)
			prof_scope_begin_dynamic(&scope_, name);
	}
	plain_scope(const plain_scope &) = delete;
	plain_scope &operator=(const plain_scope &) = delete;
	PROF_INLINE_ ~plain_scope()
	{
		if constexpr (on)
			prof_scope_end_(&scope_);
	}
	prof_error fail(const char *message) const noexcept
	{
		if constexpr (on)
			return prof_scope_fail(&scope_, message);
		else
			return static_cast<void>(message), PROF_OK;
	}

      private:
	mutable struct prof_scope scope_;
};

/* Calls `with` with the text of the exception that is being handled; NULL if it is no
 * std::exception. */
template <class F> auto with_what(F with)
{
#ifdef __cpp_exceptions
	if (std::current_exception() != nullptr) {
		try {
			throw;
		} catch (const std::exception &e) {
			return with(e.what());
		} catch (...) {
		}
	}
#endif
	return with(static_cast<const char *>(nullptr));
}

} // namespace detail

/*
 * How many exceptions are in flight on this thread. std::uncaught_exceptions costs 25 instructions;
 * this reads what it reads (Itanium C++ ABI, 2.2.2), where it was found once.
 */
namespace detail
{

inline constexpr unsigned unknown = ~0U;
[[gnu::tls_model("initial-exec")]] inline thread_local const unsigned *in_flight = &unknown;

struct eh_globals {
	void *caught;
	unsigned uncaught;
};

[[gnu::noinline]] inline const unsigned *find_in_flight() noexcept
{
	const void *globals = abi::__cxa_get_globals();

	in_flight = &static_cast<const eh_globals *>(globals)->uncaught;
	return in_flight;
}

PROF_INLINE_ unsigned count_in_flight() noexcept
{
	const unsigned *count = in_flight;

	if (__builtin_expect(count == &unknown, 0))
		count = find_in_flight();
	return *count;
}

} // namespace detail

struct dynamic_t {
};
constexpr dynamic_t dynamic{};

/*
 * Times from its declaration to the end of its block. Left by an exception, the call has failed:
 * without a message, since what() is known only where the exception is caught. See run.
 */
class scope
{
      public:
	PROF_INLINE_ explicit scope(site &where) noexcept : plain_(where)
	{
	}
	/* As PROF_SCOPE_DYNAMIC. */
	PROF_INLINE_ scope(dynamic_t, const char *name) noexcept : plain_(name)
	{
	}
	scope(const scope &) = delete;
	scope &operator=(const scope &) = delete;
	PROF_INLINE_ ~scope()
	{
		if constexpr (on) {
			/* Of a thread that it has moved to the count may be unknown: the largest.
			 */
			if (__builtin_expect(*detail::in_flight > exceptions_, 0) &&
			    detail::count_in_flight() > exceptions_)
				plain_.fail(nullptr);
		}
	}

	/* Marks this call as failed, whatever else is open. Without a message: with that of the
	 * exception that is being handled. */
	prof_error fail(const char *message) const noexcept
	{
		return plain_.fail(message);
	}
	prof_error fail() const
	{
		return detail::with_what([this](const char *what) { return fail(what); });
	}

      private:
	unsigned exceptions_ = on ? detail::count_in_flight() : 0;
	detail::plain_scope plain_;
};

/* Calls f() as a call of the site. Left by an exception, it has failed with the text of its what().
 * Costs nothing but the scope. */
template <class F> PROF_INLINE_ decltype(auto) run(site &where, F &&f)
{
	const detail::plain_scope timed(where);

#ifdef __cpp_exceptions
	try {
		return std::forward<F>(f)();
	} catch (...) {
		detail::with_what([&timed](const char *what) { return timed.fail(what); });
		throw;
	}
#else
	return std::forward<F>(f)();
#endif
}

/* ------------------------------------------------------- functions, calls */

namespace detail
{

/* As profclient.h takes an error: NULL where it returned. */
constexpr const char *error_text(const char *message)
{
	return message == nullptr ? "" : message;
}

} // namespace detail

/* A function, looked up once: for calls that are asynchronous or were measured elsewhere. */
class function
{
      public:
	explicit function(const char *name) noexcept
	{
		if constexpr (on)
			static_cast<void>(prof_lookup(name, &function_));
		else
			static_cast<void>(name);
	}
	/* NULL where it is no name, or the library is switched off. */
	prof_function *get() const noexcept
	{
		return function_;
	}

	prof_error record(seconds duration, std::uint64_t count = 1) const noexcept
	{
		return add(duration, count, nullptr);
	}
	prof_error record_failed(seconds duration, const char *message) const noexcept
	{
		return add(duration, 1, detail::error_text(message));
	}

      private:
	prof_error add(seconds duration, std::uint64_t count, const char *error) const noexcept
	{
		if constexpr (on)
			return prof_function_record_many(function_, duration.count(), count, error);
		else
			return static_cast<void>(duration), static_cast<void>(count),
			       static_cast<void>(error), PROF_OK;
	}

	prof_function *function_ = nullptr;
};

/*
 * An asynchronous call, which may be moved and ended on any thread. Its destructor ends it, as
 * failed if an exception is why it goes.
 */
class call
{
      public:
	/* None. */
	call() noexcept = default;
	explicit call(const function &of) noexcept
	{
		if constexpr (on)
			call_ = prof_function_begin(of.get());
		else
			static_cast<void>(of);
	}
	/* As prof_call_begin, which looks the name up. */
	explicit call(const char *name) noexcept
	{
		if constexpr (on)
			call_ = prof_call_begin(name);
		else
			static_cast<void>(name);
	}
	call(call &&other) noexcept : call_(other.release()), exceptions_(other.exceptions_)
	{
	}
	call &operator=(call &&other) noexcept
	{
		if (this != &other) {
			end();
			exceptions_ = other.exceptions_;
			call_ = other.release();
		}
		return *this;
	}
	~call()
	{
		if (call_.private_ == nullptr)
			return;
		if (std::uncaught_exceptions() > exceptions_)
			end_failed(nullptr);
		else
			end();
	}

	prof_error end() noexcept
	{
		return end_as(nullptr);
	}
	prof_error end_failed(const char *message) noexcept
	{
		return end_as(detail::error_text(message));
	}
	/* With the text of the exception that is being handled. */
	prof_error end_failed()
	{
		return detail::with_what([this](const char *what) { return end_failed(what); });
	}
	/* Marks it failed, and it goes on. */
	prof_error fail(const char *message) const noexcept
	{
		if constexpr (on)
			return prof_call_fail(call_, message);
		else
			return static_cast<void>(message), PROF_OK;
	}

	prof_call get() const noexcept
	{
		return call_;
	}
	/* It is the caller's to end. */
	prof_call release() noexcept
	{
		return std::exchange(call_, prof_call{nullptr, 0});
	}

      private:
	prof_error end_as(const char *error) noexcept
	{
		if constexpr (on)
			return prof_call_end(release(), error);
		else
			return static_cast<void>(error), PROF_OK;
	}

	prof_call call_{nullptr, 0};
	int exceptions_ = std::uncaught_exceptions();
};

/* Until the end of its block the call is open on this thread: what begins here is below it. For
 * callbacks that work for a call. */
class inside
{
      public:
	explicit inside(const call &of) noexcept
	{
		if constexpr (on)
			static_cast<void>(prof_call_enter(of.get(), &scope_));
		else
			static_cast<void>(of);
	}
	inside(const inside &) = delete;
	inside &operator=(const inside &) = delete;
	~inside()
	{
		if constexpr (on)
			prof_call_leave(&scope_);
	}

      private:
	struct prof_scope scope_;
};

inline prof_error record(const char *name, seconds duration) noexcept
{
	if constexpr (on)
		return prof_record(name, duration.count(), nullptr);
	else
		return static_cast<void>(name), static_cast<void>(duration), PROF_OK;
}

inline prof_error record_failed(const char *name, seconds duration, const char *message) noexcept
{
	if constexpr (on)
		return prof_record(name, duration.count(), detail::error_text(message));
	else
		return static_cast<void>(name), static_cast<void>(duration),
		       static_cast<void>(message), PROF_OK;
}

inline prof_error flush(seconds timeout) noexcept
{
	if constexpr (on)
		return prof_flush(timeout.count());
	else
		return static_cast<void>(timeout), PROF_OK;
}

/* ------------------------------------------------------------ coroutines */

#ifdef PROF_HAS_COROUTINES_

/*
 * The call of a coroutine: from its declaration to the end of its block, suspended
 * or not, on whatever threads. While the coroutine runs, what it calls is below it;
 * while it is suspended, what others call is not.
 *
 *	prof::coroutine timed(PROF_HERE());
 *	co_await timed(socket.read());
 *
 * timed() marks where it is suspended: leave none of its awaits out, or derive the promise from
 * prof::promise, which marks them all.
 */
class coroutine
{
      public:
	explicit coroutine(const site &where, coroutine *outer = nullptr) noexcept
	    : outer_(outer), call_(where.name)
	{
		enter();
	}
	coroutine(const coroutine &) = delete;
	coroutine &operator=(const coroutine &) = delete;
	~coroutine()
	{
		const bool left_by_exception = std::uncaught_exceptions() > exceptions_;

		if (innermost_ != nullptr)
			*innermost_ = outer_;
		leave_this();
		if (left_by_exception)
			call_.end_failed(nullptr);
		else
			call_.end();
	}

	prof_error fail(const char *message) const noexcept
	{
		return call_.fail(message);
	}
	prof_error fail() const
	{
		return detail::with_what([this](const char *what) { return fail(what); });
	}

	template <class A> auto operator()(A &&awaitable);

	/* Around each suspension: of this one and of those around it in the coroutine. */
	void enter() noexcept
	{
		if (entered_)
			return;
		if (outer_ != nullptr)
			outer_->enter();
		exceptions_ = std::uncaught_exceptions();
		if constexpr (on)
			static_cast<void>(prof_call_enter(call_.get(), &scope_));
		entered_ = true;
	}
	void leave() noexcept
	{
		leave_this();
		if (outer_ != nullptr)
			outer_->leave();
	}

      private:
	friend class promise;

	/* One that the promise knows: the innermost of its coroutine. */
	coroutine(const site &where, coroutine **innermost) noexcept : coroutine(where, *innermost)
	{
		innermost_ = innermost;
		*innermost = this;
	}

	void leave_this() noexcept
	{
		if constexpr (on) {
			if (entered_)
				prof_call_leave(&scope_);
		}
		entered_ = false;
	}

	coroutine *outer_;
	coroutine **innermost_ = nullptr;
	bool entered_ = false;
	int exceptions_ = 0;
	call call_;
	struct prof_scope scope_;
};

namespace detail
{

template <class A, class = void> struct has_member : std::false_type {
};
template <class A>
struct has_member<A, std::void_t<decltype(std::declval<A>().operator co_await())>>
    : std::true_type {
};
template <class A, class = void> struct has_free : std::false_type {
};
template <class A>
struct has_free<A, std::void_t<decltype(operator co_await(std::declval<A>()))>> : std::true_type {
};

template <class A> decltype(auto) awaiter_of(A &&awaitable)
{
	if constexpr (has_member<A>::value)
		return std::forward<A>(awaitable).operator co_await();
	else if constexpr (has_free<A>::value)
		return operator co_await(std::forward<A>(awaitable));
	else
		return std::forward<A>(awaitable);
}

template <class T> using kept = decltype(awaiter_of(std::declval<T>()));

/* Leaves the call before the coroutine is suspended: afterwards it may run on another thread
 * already. */
template <class Awaiter> class around
{
      public:
	template <class A>
	around(coroutine *timed, A &&awaitable)
	    : timed_(timed), awaiter_(awaiter_of(std::forward<A>(awaitable)))
	{
	}
	bool await_ready()
	{
		return awaiter_.await_ready();
	}
	template <class P> auto await_suspend(std::coroutine_handle<P> handle)
	{
		if (timed_ != nullptr)
			timed_->leave();
		return awaiter_.await_suspend(handle);
	}
	decltype(auto) await_resume()
	{
		if (timed_ != nullptr)
			timed_->enter();
		return awaiter_.await_resume();
	}

      private:
	coroutine *timed_;
	Awaiter awaiter_;
};

/* An awaitable given as an lvalue, or that awaits itself, is used where it is. */
template <class A> auto make_around(coroutine *timed, A &&awaitable)
{
	return around<kept<A &&>>(timed, std::forward<A>(awaitable));
}

} // namespace detail

template <class A> auto coroutine::operator()(A &&awaitable)
{
	return detail::make_around(this, std::forward<A>(awaitable));
}

/*
 * A base of promise types, whose coroutines then time themselves with
 *
 *	auto timed = co_await prof::timed(PROF_HERE());
 *
 * and need not mark their awaits. A promise with an await_transform of its own calls that of this.
 */
struct timed {
	explicit timed(const site &at) noexcept : where(at)
	{
	}
	const site &where;
};

class promise
{
      public:
	template <class A> auto await_transform(A &&awaitable)
	{
		return detail::make_around(innermost_, std::forward<A>(awaitable));
	}
	auto await_transform(timed at)
	{
		class begin
		{
		      public:
			begin(coroutine **innermost, const site &where)
			    : innermost_(innermost), where_(where)
			{
			}
			bool await_ready() const noexcept
			{
				return true;
			}
			void await_suspend(std::coroutine_handle<>) const noexcept
			{
			}
			coroutine await_resume() const noexcept
			{
				return coroutine(where_, innermost_);
			}

		      private:
			coroutine **innermost_;
			const site &where_;
		};
		return begin(&innermost_, at.where);
	}

      private:
	coroutine *innermost_ = nullptr;
};

#endif

} // inline namespace
} // namespace prof

#pragma GCC visibility pop

#endif

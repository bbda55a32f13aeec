/*
 * The texts that say what a saved benchmark timed, once: what carries, stores or shows them is made
 * of this list.
 */
#ifndef PROTO_SAVED_H
#define PROTO_SAVED_H

/* The member of messages and structs, and the column in the database; in JSON; for people. */
#define SAVED_TEXT_LIST(X)                                                                \
	X(command, "command", "Command"), X(machine, "machine", "Machine"),               \
		X(system, "kernel", "System"), X(processor, "processor", "Processor"),    \
		X(compiler, "compiler", "Compiler"), X(revision, "revision", "Revision"), \
		X(note, "note", "Note")

#define SAVED_TEXT_INDEX(member, key, title)  SAVED_TEXT_##member
#define SAVED_TEXT_MEMBER(member, key, title) member
#define SAVED_TEXT_FROM(member, key, title)   from->member
#define SAVED_TEXT_TO(member, key, title)     &to->member

enum saved_text { SAVED_TEXT_LIST(SAVED_TEXT_INDEX), SAVED_TEXTS };

/* "command, machine, ..." */
#define SAVED_TEXT_COLUMNS SAVED_QUOTE_(SAVED_TEXT_LIST(SAVED_TEXT_MEMBER))
#define SAVED_QUOTE_(...)  SAVED_QUOTED_(__VA_ARGS__)
#define SAVED_QUOTED_(...) #__VA_ARGS__

#endif

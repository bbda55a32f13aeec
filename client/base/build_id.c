/*
 * Finds the GNU build-id among the notes of the executable, which the kernel has loaded with it.
 * The auxiliary vector says where: the dynamic linker is not asked, since it may be in the middle
 * of loading something, with its lock held.
 */
#include "client/base/build_id.h"

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#define DIGITS (BUILD_ID_ROOM - 1)

/* As <link.h> has it, whose name is that of a header of ours. */
#if UINTPTR_MAX > UINT32_MAX
typedef Elf64_Phdr elf_header;
typedef Elf64_Nhdr elf_note;
#else
typedef Elf32_Phdr elf_header;
typedef Elf32_Nhdr elf_note;
#endif

struct headers {
	const elf_header *at;
	size_t count;
	uintptr_t moved; /* by how much addresses differ from those in the file */
};

static struct headers find_headers(void)
{
	struct headers h = {(const elf_header *)getauxval(AT_PHDR), getauxval(AT_PHNUM), 0};

	if (h.at == NULL || getauxval(AT_PHENT) != sizeof(*h.at))
		h.count = 0;
	for (size_t i = 0; i < h.count; i++)
		if (h.at[i].p_type == PT_PHDR)
			h.moved = (uintptr_t)h.at - h.at[i].p_vaddr;
	return h;
}

/* Notes need not be part of what was loaded. */
static bool is_loaded(const struct headers *h, const elf_header *notes)
{
	for (size_t i = 0; i < h->count; i++) {
		const elf_header *p = &h->at[i];

		if (p->p_type == PT_LOAD && notes->p_vaddr >= p->p_vaddr &&
		    notes->p_vaddr - p->p_vaddr <= p->p_filesz &&
		    notes->p_filesz <= p->p_filesz - (notes->p_vaddr - p->p_vaddr))
			return true;
	}
	return false;
}

/* Where something may begin again. */
static size_t padded(size_t size, size_t align)
{
	return (size + align - 1) & ~(align - 1);
}

static bool is_build_id(const elf_note *note)
{
	return note->n_type == NT_GNU_BUILD_ID && note->n_namesz == sizeof(ELF_NOTE_GNU) &&
	       memcmp(note + 1, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) == 0;
}

/* The build-id among notes of `size` bytes; NULL: there is none that is long enough. */
static const uint8_t *find_id(const uint8_t *notes, size_t size, size_t align)
{
	for (size_t at = 0; at < size && size - at >= sizeof(elf_note);) {
		const elf_note *note = (const elf_note *)(notes + at);
		size_t id = at + padded(sizeof(*note) + note->n_namesz, align);

		if (id > size || note->n_descsz > size - id)
			return NULL;
		if (is_build_id(note))
			return note->n_descsz >= DIGITS / 2 ? notes + id : NULL;
		at = id + padded(note->n_descsz, align);
	}
	return NULL;
}

const char *build_id(char to[BUILD_ID_ROOM])
{
	struct headers h = find_headers();
	const uint8_t *id = NULL;

	for (size_t i = 0; i < h.count && id == NULL; i++)
		if (h.at[i].p_type == PT_NOTE && is_loaded(&h, &h.at[i]))
			id = find_id((const uint8_t *)(h.moved + h.at[i].p_vaddr), h.at[i].p_filesz,
				     h.at[i].p_align == 8 ? 8 : 4);
	strcpy(to, "none");
	for (unsigned i = 0; id != NULL && i < DIGITS / 2; i++)
		snprintf(to + 2 * i, 3, "%02x", id[i]);
	return to;
}

/*
 * Files that are written whole.
 */
#ifndef CTL_BENCH_FILE_H
#define CTL_BENCH_FILE_H

#include <stdbool.h>

/*
 * Writes text in the place of a file; "-" is standard output. Whatever interrupts that, the file is
 * the old or the new one. Through a link the file that it leads to is replaced; what is no plain
 * file (a device, a pipe) is written into. False: errno tells why.
 */
bool file_replace(const char *file_name, const char *text);

#endif

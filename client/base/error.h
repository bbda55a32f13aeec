/*
 * Errors in words. Each of our libraries has functions of its own for it.
 */
#ifndef CLIENT_BASE_ERROR_H
#define CLIENT_BASE_ERROR_H

#define REASON_MAX 256 /* bytes of what profd says of a refusal */

const char *error_text(int error);
const char *error_name(int error);

#endif

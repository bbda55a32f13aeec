/*
 * What an error means, in words. Each of our libraries has a function of its own for it.
 */
#ifndef CLIENT_BASE_ERROR_H
#define CLIENT_BASE_ERROR_H

#include "include/profclient.h"

const char *error_text(int error);

#endif

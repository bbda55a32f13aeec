/*
 * The address to listen on.
 */
#ifndef WEB_HTTP_ADDRESS_H
#define WEB_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define ADDRESS_ROOM 64

struct address {
	struct sockaddr_storage socket;
	socklen_t size;
};

/* "127.0.0.1:8427", "[::1]:8427", "localhost:0". Names but localhost are not looked up. */
bool address_read(struct address *address, const char *text);

/* Whether only this machine can reach it; whether it stands for all addresses of the machine. */
bool address_is_own(const struct address *address);
bool address_is_any(const struct address *address);

/* As a browser writes its host, "127.0.0.1" or "[::1]"; with_port: "127.0.0.1:8427". Returns `to`
 * (ADDRESS_ROOM). */
const char *address_print(char *to, const struct address *address, bool with_port);

/* A socket that listens there; a port of 0 becomes the one that it got. -1 with errno. */
int address_listen(struct address *address);

#endif

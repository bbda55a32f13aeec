/*
 * Addresses that tell where the time went.
 */
#include "view/frames.h"
#include "view/json.h"
#include "web/api/api.h"

#define USUAL_SHARE 0.005

/* A tree and the frames made of it; names of the frames point into the tree. */
struct drawn {
	struct prof_tree *tree;
	struct frames frames;
};

static prof_error draw(struct drawn *d, const struct request *request,
		       const struct prof_range *range, double share)
{
	const struct query *q = &request->query;
	prof_error error = prof_get_tree(q->program, range, share, request->timeout, &d->tree);

	if (error == PROF_OK && !frames_make(&d->frames, d->tree, q->by, q->program == NULL))
		error = PROF_NO_MEMORY;
	return error;
}

static void erase(struct drawn *d)
{
	frames_free(&d->frames);
	prof_free(d->tree);
}

/* The range that was asked for; NULL: since the last clear. False when it is none. */
static bool find_range(const struct query *q, struct prof_range *room,
		       const struct prof_range **range, struct reply *reply)
{
	if (q->until > 0.0 && q->since >= q->until) {
		reply_error(reply, 400, "since must be earlier than until");
		return false;
	}
	*room = (struct prof_range){q->since, q->until};
	*range = q->since > 0.0 || q->until > 0.0 ? room : NULL;
	return true;
}

void api_tree(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	const struct prof_range *range;
	struct drawn drawn = {0};
	struct prof_range room;
	prof_error error;

	if (!find_range(q, &room, &range, reply))
		return;
	error = draw(&drawn, request, range,
		     query_has(q, PARAMETER_SHARE) ? q->share : USUAL_SHARE);
	if (error == PROF_OK)
		view_tree(reply_json(reply, 200), drawn.tree, &drawn.frames);
	else
		reply_failure(reply, error);
	erase(&drawn);
}

void api_flame(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	bool compared = query_has(q, PARAMETER_BEFORE);
	struct drawn now = {0}, before = {0};
	const struct prof_range *range;
	struct prof_range room;
	prof_error error;

	if (!find_range(q, &room, &range, reply))
		return;
	error = draw(&now, request, range, q->share);
	if (error == PROF_OK && compared)
		error = draw(&before, request, &q->before, q->share);
	if (error == PROF_OK && compared && !frames_compare(&now.frames, &before.frames))
		error = PROF_NO_MEMORY;
	if (error == PROF_OK)
		view_flame(reply_json(reply, 200), now.tree, &now.frames, q->by, compared);
	else
		reply_failure(reply, error);
	erase(&now);
	erase(&before);
}

// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose.h"
#include "high.h"
#include "inspect.h"

#define KNOWN_OF_ITSELF	3u	/* data and two guards */

struct scene {
	struct picture picture;
	struct known known[KNOWN_OF_ITSELF + HISTORY_SIZE];
	uint32_t seeds[HISTORY_SIZE];
	uint8_t *copy;
};

static void know(struct scene *scene, const struct known *known)
{
	scene->known[scene->picture.nr_known++] = *known;
}

/* Everything that may be found where it does not belong. */
static void know_everything(struct scene *scene, const struct transfer *transfer)
{
	size_t size = transfer->input ? transfer->input->size : 0, before;
	const struct launch *launch;
	bool earlier = false, next = false;

	know(scene, &(struct known){
		.kind = KNOWN_DATA, .content = { .size = size, .key = transfer->key } });
	if (transfer->input)
		know(scene, &(struct known){
			.kind = KNOWN_GUARD, .content = transfer->input->guard, .side = "input" });
	if (transfer->output)
		know(scene, &(struct known){
			.kind = KNOWN_GUARD, .content = transfer->output->guard, .side = "output" });
	for (before = 0; (launch = history_get(transfer->history, before)); before++) {
		if (launch->id == transfer->id) {
			earlier = next = true;
			continue;
		}
		know(scene, &(struct known){
			.kind = KNOWN_OTHER, .content = { .size = size, .key = launch->key },
			.transaction = launch->id, .previous = next });
		if (earlier)
			scene->seeds[scene->picture.nr_seeds++] = launch->seed;
		next = false;
	}
}

/* False without memory for a copy. */
static bool set_scene(struct scene *scene, const struct transfer *transfer, const struct area *area)
{
	memset(scene, 0, sizeof(*scene));
	scene->copy = malloc(area->mapped);
	if (!scene->copy)
		return false;
	memcpy(scene->copy, area->map, area->mapped);
	scene->picture.known = scene->known;
	scene->picture.seeds = scene->seeds;
	know_everything(scene, transfer);
	return true;
}

static void take_data(struct scene *scene, const struct area *area)
{
	struct picture *picture = &scene->picture;

	picture->bytes = scene->copy + area->start;
	picture->size = area->size;
	picture->in_page = area->start % RAND48_PAGE;
	picture->data_to = area->size;
}

/* Right, but only for an address that the output cannot have? */
static bool is_right_elsewhere(const struct transfer *transfer, const struct content *right,
			       struct failure *failure)
{
	struct area output = *transfer->output;

	if (!right->random || transfer->addressed || transfer->faulted)
		return false;
	output.high_known = false;
	if (!high_find(right, &output, RAND48_STARTS))
		return false;
	failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": wrong output: it is right for a DMA address "
		    "of 0x%" PRIx32 "00000000 or the like, %s", transfer->id, output.high,
		    transfer->output->high_known ? "but the buffer has another" :
		    "which the device's DMA mask excludes");
	return true;
}

void inspect_output(const struct transfer *transfer, const struct content *right,
		    const struct content *before, struct failure *failure)
{
	const struct area *output = transfer->output;
	const char *what = transfer->faulted ? "output written in spite of the fault" : "wrong output";
	struct scene scene;
	char text[256] = "";

	if (is_right_elsewhere(transfer, right, failure))
		return;
	if (!set_scene(&scene, transfer, output)) {
		failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": %s", transfer->id, what);
		return;
	}
	take_data(&scene, output);
	if (right->random && !transfer->addressed && !transfer->faulted)
		high_guess(right, output, transfer->highs, scene.picture.bytes);
	scene.picture.right = *right;
	scene.picture.before = transfer->faulted || transfer->mode == MODE_P2P ? NULL : before;
	diagnose(&scene.picture, transfer->faulted ? transfer->changeable : 0, output->size,
		 text, sizeof(text));
	failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": %s: %s", transfer->id, what, text);
	free(scene.copy);
}

void inspect_input(const struct transfer *transfer, const struct content *right,
		   struct failure *failure)
{
	struct scene scene;
	char text[256] = "";

	if (set_scene(&scene, transfer, transfer->input)) {
		take_data(&scene, transfer->input);
		scene.picture.right = *right;
		diagnose(&scene.picture, 0, right->size, text, sizeof(text));
	}
	failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": the input was changed: %s",
		    transfer->id, text);
	free(scene.copy);
}

void inspect_guard(const struct transfer *transfer, const struct area *area, const char *side,
		   bool behind, struct failure *failure)
{
	struct scene scene;
	char text[256] = "";

	if (set_scene(&scene, transfer, area)) {
		scene.picture.bytes = scene.copy;
		scene.picture.size = area->mapped;
		scene.picture.data_from = area->start;
		scene.picture.data_to = area->start + area->size;
		scene.picture.right = area->guard;
		diagnose(&scene.picture, behind ? scene.picture.data_to : 0,
			 behind ? area->mapped : area->start, text, sizeof(text));
	}
	failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": the guard %s the %s is damaged: %s",
		    transfer->id, behind ? "behind" : "in front of", side, text);
	free(scene.copy);
}

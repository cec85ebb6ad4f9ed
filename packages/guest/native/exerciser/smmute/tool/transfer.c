// SPDX-License-Identifier: Apache-2.0
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "clock.h"
#include "high.h"
#include "inspect.h"
#include "transfer.h"

/* P2P: the engine's own numbers of what the driver puts into the two areas. */
#define FRAME_MEMCPY	2u
#define FRAME_RAND48	3u

/* The output, and by what rule it is looked at. */
struct look {
	struct transfer *transfer;
	struct content right;
	struct rand48 random;
};

static size_t in_page(const struct area *area)
{
	return area->start % RAND48_PAGE;
}

static bool is_random(const struct transfer *transfer)
{
	return transfer->mode == MODE_RAND48 || transfer->mode == MODE_P2P;
}

static uint64_t address_of(const struct transfer *transfer)
{
	const struct area *output = transfer->output;

	if (transfer->addressed)
		return transfer->address;
	return (uint64_t)output->high << 32 | in_page(output);
}

/* What is put into the output: never a byte of what must be there in the end. */
static struct content before(const struct transfer *transfer, struct rand48 *random)
{
	struct content content = {
		.size = transfer->output->size, .key = transfer->key, .inverted = true,
	};

	if (is_random(transfer)) {
		/* As computed when it was written: from what was known then. */
		rand48_init(random, transfer->seed,
			    (uint64_t)transfer->guess << 32 | in_page(transfer->output));
		content.random = random;
	}
	return content;
}

void transfer_fill(struct transfer *transfer)
{
	const struct area *input = transfer->input, *output = transfer->output;
	struct content content;
	struct rand48 random;

	/* The driver puts commands there. */
	if (transfer->mode == MODE_P2P)
		return;
	if (input) {
		content = (struct content){ .size = input->size, .key = transfer->key };
		if (output)
			content_write_both(&content, area_data(input), area_data(output));
		else
			content_write(&content, 0, input->size, area_data(input));
	} else {
		transfer->guess = output->high;
		content = before(transfer, &random);
		content_write(&content, 0, output->size, area_data(output));
	}
}

static bool is_right(void *context)
{
	struct look *look = context;
	struct transfer *transfer = look->transfer;
	struct area *output = transfer->output;
	size_t from = transfer->faulted ? transfer->changeable : 0;

	if (look->right.random && !transfer->faulted && !transfer->addressed)
		return high_find(&look->right, output, transfer->highs);
	return content_compare(&look->right, from, output->size, area_data(output)) >= output->size;
}

static void tell_late(const struct transfer *transfer, struct failure *failure)
{
	failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": the data arrived %" PRIu64
		    " us after its result", transfer->id, now_us() - transfer->ended);
}

/* True if it is right. */
static bool check_output(struct transfer *transfer, struct failure *failure)
{
	struct look look = { .transfer = transfer };
	struct rand48 random;
	struct content was = before(transfer, &random);

	look.right = (struct content){
		.size = transfer->output->size, .key = transfer->key, .stride = transfer->stride,
	};
	if (transfer->faulted) {
		look.right = was;
	} else if (is_random(transfer)) {
		rand48_init(&look.random, transfer->seed, address_of(transfer));
		look.right = (struct content){ .size = transfer->output->size, .random = &look.random };
	}
	if (is_right(&look))
		return true;
	if (!transfer->faulted && becomes(is_right, &look, transfer->patience_us))
		tell_late(transfer, failure);
	else
		inspect_output(transfer, &look.right, &was, failure);
	return false;
}

static bool check_input(struct transfer *transfer, struct failure *failure)
{
	struct content right = { .size = transfer->input->size, .key = transfer->key };

	if (content_compare(&right, 0, right.size, area_data(transfer->input)) == right.size)
		return true;
	inspect_input(transfer, &right, failure);
	return false;
}

static void check_command(const struct transfer *transfer, const struct area *area, uint32_t right,
			  const char *what, struct failure *failure)
{
	uint32_t command;

	memcpy(&command, area_data(area), sizeof(command));
	command = le32toh(command);
	if (command != right)
		failure_add(failure, STATUS_WRONG, "transaction %" PRIu64 ": %s is 0x%" PRIx32
			    ", not 0x%" PRIx32, transfer->id, what, command, right);
}

static void check_guards(struct transfer *transfer, const struct area *area, const char *side,
			 struct failure *failure)
{
	if (area_damage_before(area) < area->start)
		inspect_guard(transfer, area, side, false, failure);
	if (area_damage_behind(area) < area->mapped)
		inspect_guard(transfer, area, side, true, failure);
}

/* The usual case, in half the time. */
static bool is_copied(const struct transfer *transfer)
{
	struct content content = { .size = transfer->input->size, .key = transfer->key };

	return content_is_in_both(&content, area_data(transfer->input), area_data(transfer->output));
}

static void check_data(struct transfer *transfer, struct failure *failure)
{
	bool plain = transfer->mode == MODE_MEMCPY && !transfer->stride && !transfer->faulted, right;

	if (plain && is_copied(transfer))
		return;
	/* The output first: it may be late. */
	right = !transfer->output || check_output(transfer, failure);
	right = (!transfer->input || check_input(transfer, failure)) && right;
	/* Wrong a moment ago. */
	if (plain && right)
		tell_late(transfer, failure);
}

static void check_p2p(struct transfer *transfer, struct failure *failure)
{
	if (transfer->faulted)
		check_command(transfer, transfer->output, FRAME_MEMCPY, "the command that was to be sent",
			      failure);
	else
		check_output(transfer, failure);
	check_command(transfer, transfer->input, FRAME_RAND48, "the command that was sent", failure);
}

void transfer_check_guards(struct transfer *transfer, struct failure *failure)
{
	if (transfer->input)
		check_guards(transfer, transfer->input, "input", failure);
	if (transfer->output)
		check_guards(transfer, transfer->output, "output", failure);
}

void transfer_check(struct transfer *transfer, struct failure *failure)
{
	if (transfer->mode == MODE_P2P)
		check_p2p(transfer, failure);
	else
		check_data(transfer, failure);
	transfer_check_guards(transfer, failure);
}

// SPDX-License-Identifier: Apache-2.0
/* What lies around the data, and that all of it is looked at. */
#ifdef SMMUTE_CHECK
#include <string.h>

#include "fixture.h"
#include "ktap.h"

static bool every_byte_counts(struct area *area, struct fixture *fixture)
{
	size_t at, step = 1;

	for (at = 0; at < area->mapped; at += step) {
		if (at == area->start)
			at += area->size;
		area->map[at] ^= 1;
		if (passes(fixture) || fixture->failure.status != STATUS_WRONG)
			return false;
		area->map[at] ^= 1;
		/* All near the data and the ends, samples elsewhere. */
		step = at > 20 && at + 20 < area->start ? 37 : 1;
	}
	return true;
}

void test_guards(void)
{
	struct fixture f;
	size_t end;

	fixture_begin(&f, MODE_MEMCPY, 300, 40, 0);
	engine_copies(&f);
	ktap_ok(every_byte_counts(&f.input, &f), "every byte around the input counts");
	ktap_ok(every_byte_counts(&f.output, &f), "every byte around the output counts");

	f.out[-1] ^= 1;
	ktap_ok(says(&f, "the guard in front of the output is damaged: the byte right in front of the data"),
		"the byte in front of the output");
	f.out[-1] ^= 1;
	memcpy(f.out + f.size, f.in + f.size, 1);
	ktap_ok(says(&f, "the guard behind the output is damaged: the byte right behind the data"),
		"a byte too many");
	ktap_ok(strstr(f.failure.reason, "(as beside the input)"), "and where it is from");
	memcpy(f.out + f.size, f.in + f.size, 64);
	ktap_ok(says(&f, "it holds what is there beside the input from right behind the data to 0x40 bytes behind the data"),
		"64 bytes too many");
	area_fill_guards(&f.output);

	end = f.output.mapped - f.output.start;
	memset(f.out + end - 100, 0, 100);
	ktap_ok(says(&f, "it is filled with 0x00"), "zeros at the end of the buffer");
	area_fill_guards(&f.output);

	memcpy(f.in - 64, f.in, 64);
	ktap_ok(says(&f, "the guard in front of the input is damaged: it holds data of offset 0x0"),
		"data in front of the input");
	area_fill_guards(&f.input);
	ktap_ok(passes(&f), "mended, it passes again");
	fixture_end(&f);

	fixture_begin(&f, MODE_SUM64, 2 * PAGE, 0, 0);
	ktap_ok(passes(&f), "SUM64's input, left alone, passes");
	f.in[PAGE] ^= 8;
	ktap_ok(says(&f, "the input was changed: the byte at offset 0x1000 is wrong"), "changed, it does not");
	fixture_end(&f);
}

#endif

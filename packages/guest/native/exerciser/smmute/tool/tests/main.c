// SPDX-License-Identifier: Apache-2.0
#ifdef SMMUTE_CHECK
#include <stdio.h>

#include "ktap.h"

int main(void)
{
	puts("KTAP version 1");
	test_pattern();
	test_rand48();
	test_copy();
	test_guards();
	test_random_output();
	test_late();
	test_judge();
	test_options();
	test_any();
	return ktap_end();
}

#endif

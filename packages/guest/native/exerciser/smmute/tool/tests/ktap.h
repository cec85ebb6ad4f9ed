/* SPDX-License-Identifier: Apache-2.0 */
/* Test results in the form of the kernel's KTAP: https://docs.kernel.org/dev-tools/ktap.html */
#ifndef KTAP_H
#define KTAP_H

#include <stdbool.h>

/* One test case; name says what holds. True if it does. */
bool ktap_ok(bool holds, const char *name);
/* A line for people, with the test that was last. */
void ktap_comment(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The exit status, after the plan has been printed. */
int ktap_end(void);

/* One for each test_*.c. */
void test_pattern(void);
void test_rand48(void);
void test_copy(void);
void test_guards(void);
void test_random_output(void);
void test_late(void);
void test_judge(void);
void test_options(void);
void test_any(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smmute-life: what the driver must survive.
 *
 * Each test runs in a process of its own, which ends at the first thing that is
 * not as it must be, and leaves to the kernel what it had open.
 */
#ifndef SMMUTE_LIFE_H
#define SMMUTE_LIFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smmute.h"

#define KIB(n)	((size_t)(n) << 10)
#define MIB(n)	((size_t)(n) << 20)
#define PAGE	KIB(4)

/* An emulated engine is some hundred milliseconds at this. */
#define LONG_WORK	MIB(32)

/* How many the engine has; BAR0 may have more of them, which then is not found out. */
#define NR_FRAMES	1024
#define NR_VECTORS	8

struct test {
	const char *name;
	void (*run)(void);
	unsigned int seconds;	/* before it counts as hung */
	struct test *next;
};

/*
 * A test: TEST(name) { ... }. It is found by being there; tests run in the order of the Makefile's SOURCES, and of a
 * file's lines. TEST_FOR says how many seconds it has.
 */
#define TEST_FOR(name, limit) \
	static void name(void); \
	static struct test test_of_##name = { #name, name, limit, NULL }; \
	__attribute__((constructor)) static void add_##name(void) { add_test(&test_of_##name); } \
	static void name(void)
#define TEST(name)	TEST_FOR(name, 60)

/* main.c */
void add_test(struct test *test);
extern const char *device;	/* /dev/smmuteN */
extern const char *module;	/* smmute.ko, or NULL */
void fail_at(const char *file, int line, const char *format, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
void skip(const char *why) __attribute__((noreturn));
#define check(condition, ...) \
	do { if (!(condition)) fail_at(__FILE__, __LINE__, __VA_ARGS__); } while (0)
uint64_t now_ms(void);

/* engine.c; errors are negative errno, unless the call cannot go wrong: then the test fails */
int engine_try_open(void);
int engine_open(void);
void *engine_try_map(int fd, size_t size);
void *engine_map(int fd, size_t size);
int engine_try_launch(int fd, unsigned long command, const void *in, const void *out, size_t size,
		      uint32_t flags, uint64_t *id);
uint64_t engine_launch(int fd, unsigned long command, const void *in, const void *out, size_t size);
int engine_try_collect(int fd, uint64_t id, bool blocking, bool keep, struct smmute_result *result);
struct smmute_result engine_collect(int fd, uint64_t id);
struct smmute_result engine_fault(int fd, unsigned long command, const void *in, const void *out, size_t size,
				  uint32_t flags);
bool engine_is_translated(int fd);
short engine_poll(int fd, int timeout_ms);
void fill(void *buffer, size_t size, uint64_t seed);
void transfer(int fd, void *in, void *out, size_t size, uint64_t seed);
void keep_busy(int fd, void *buffer, size_t size, unsigned int count);

/* function.c: the PCI function in sysfs */
const char *function_address(void);
int function_write(const char *path, const char *text);
void function_unbind(void);
void function_bind(void);
void function_wait(void);
unsigned long function_interrupts(void);
int module_remove(void);
int module_insert(void);

#endif

// SPDX-License-Identifier: Apache-2.0
/*
 * Modules compiled beforehand: parsing takes an emulated guest longer than everything else the agent does before its
 * first statement.
 *
 * A file of bytecode is a cache of the source beside it and says which source that is: 8 bytes of magic, its length
 * and its CRC-32 (IEEE 802.3, as zlib's), 4 bytes each and little-endian, then what JS_WriteObject() made of it. The
 * first byte of that is QuickJS's bytecode version, which JS_ReadObject() checks.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <quickjs/quickjs-libc.h>

#include "bytecode.h"

enum { MAGIC_BYTES = 8, LENGTH_AT = 8, CRC_AT = 12, HEADER_BYTES = 16 };

static const char magic[MAGIC_BYTES] = { 'Q', 'J', 'S', '-', 'B', 'C', '0', '1' };

static uint32_t read_le32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint32_t crc32(const uint8_t *bytes, size_t length)
{
	uint32_t table[256];
	uint32_t crc = ~(uint32_t)0;

	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t entry = byte;

		for (int bit = 0; bit < 8; bit++)
			entry = (entry >> 1) ^ (entry & 1 ? 0xedb88320 : 0);
		table[byte] = entry;
	}
	for (size_t i = 0; i < length; i++)
		crc = (crc >> 8) ^ table[(crc ^ bytes[i]) & 0xff];
	return ~crc;
}

static bool compiled_from(const uint8_t *file, size_t size, const uint8_t *source, size_t length)
{
	return size > HEADER_BYTES && memcmp(file, magic, MAGIC_BYTES) == 0 &&
	       read_le32(file + LENGTH_AT) == length && read_le32(file + CRC_AT) == crc32(source, length);
}

static JSValue read_module(JSContext *ctx, const uint8_t *bytecode, size_t size)
{
	JSValue module = JS_ReadObject(ctx, bytecode, size, JS_READ_OBJ_BYTECODE);

	if (JS_IsException(module)) {
		/* Of another version: the source is as good. */
		JS_FreeValue(ctx, JS_GetException(ctx));
		return JS_UNDEFINED;
	}
	if (JS_ResolveModule(ctx, module) < 0) {
		JS_FreeValue(ctx, module);
		return JS_EXCEPTION;
	}
	return module;
}

JSValue load_bytecode(JSContext *ctx, const char *path, const uint8_t *source, size_t length)
{
	char name[4096];
	JSValue module = JS_UNDEFINED;
	uint8_t *file;
	size_t size;

	if (snprintf(name, sizeof(name), "%s.bc", path) >= (int)sizeof(name))
		return JS_UNDEFINED;
	file = js_load_file(ctx, &size, name);
	if (!file)
		return JS_UNDEFINED;
	if (compiled_from(file, size, source, length))
		module = read_module(ctx, file + HEADER_BYTES, size - HEADER_BYTES);
	js_free(ctx, file);
	return module;
}

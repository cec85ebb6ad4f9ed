/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QJS_BYTECODE_H
#define QJS_BYTECODE_H

#include <stddef.h>
#include <stdint.h>

#include <quickjs/quickjs.h>

/*
 * The module in `path`.bc, if that was compiled from exactly this source by the QuickJS this is linked with;
 * JS_UNDEFINED otherwise. It is ready for JS_EvalFunction().
 */
JSValue load_bytecode(JSContext *ctx, const char *path, const uint8_t *source, size_t length);

#endif

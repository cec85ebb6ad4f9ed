/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QJS_SPAWN_H
#define QJS_SPAWN_H

#include <stdbool.h>

#include <quickjs/quickjs.h>

/* Adds the module `spawn` to what can be imported; false when there is no memory for it. */
bool init_module_spawn(JSContext *ctx);

#endif

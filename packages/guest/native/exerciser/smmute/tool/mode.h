/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODE_H
#define MODE_H

enum mode { MODE_MEMCPY, MODE_RAND48, MODE_SUM64, MODE_P2P };

#endif

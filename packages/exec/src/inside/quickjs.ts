import type { QuickJsOs, QuickJsStd } from '@coordinator/shared/quickjs';
// biome-ignore lint/style/useNodejsImportProtocol: QuickJS's own module, not Node's
import * as nativeOs from 'os';
// @ts-expect-error QuickJS's own module has no types.
import * as nativeStd from 'std';

export const os = nativeOs as unknown as QuickJsOs;
export const std = nativeStd as QuickJsStd;

/** [FILE, ARG...] of `qjs FILE ARG...`. */
export const scriptArgs = (globalThis as unknown as { scriptArgs: readonly string[] }).scriptArgs;

import type { Runtime } from './runtime.ts';

/** The runtime of the engine that this runs in. QuickJS is known by its global `scriptArgs`. */
export async function loadRuntime(): Promise<Runtime> {
  if ('scriptArgs' in globalThis) return (await import('./quickjs.ts')).loadQuickJs();
  return (await import('./node.ts')).loadNode();
}

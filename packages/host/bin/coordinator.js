#!/usr/bin/env -S node --max-semi-space-size=1
// A small young generation: what a run leaves behind is collected early, and hours of it need no more memory than minutes.
//
// The command itself is built by `npm run build`; this file exists so that npm can link it before that.
import { existsSync } from 'node:fs';

const built = new URL('../dist/coordinator.js', import.meta.url);
if (!existsSync(built)) {
  console.error('coordinator: not built yet; run "npm run build" first');
  process.exit(4);
}
await import(built.href);

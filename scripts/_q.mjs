import { build } from 'esbuild'; import { nodeOptions } from './node-bundle.mjs';
await build({...nodeOptions, entryPoints:['bench/_quick.ts'], outfile:'bench/_quick.mjs', packages: undefined});

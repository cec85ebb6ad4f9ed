/** How what runs on Node is bundled, by esbuild: packages of this workspace from their sources. */
export const nodeOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  conditions: ['@coordinator/source', 'module'],
  external: ['koffi'],
  // CommonJS packages inside an ES module bundle call require() for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

/** The same as CommonJS modules, which Node 20 runs with code that was compiled before. */
export const commonJsOptions = {
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__url' },
  // import() is require() there, of another file too: a script has no import() of its own.
  supported: { 'dynamic-import': false },
};

/** For what is loaded when it is needed: `FILE` beside the bundle has it. */
export const apart = (imported, file) => ({
  name: `${file} apart`,
  setup: ({ onResolve }) => onResolve({ filter: imported }, () => ({ path: `./${file}`, external: true })),
});

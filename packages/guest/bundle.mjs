/** How what runs in guests is bundled, by esbuild: for QuickJS and Node, and small. */
export const bundleOptions = {
  bundle: true,
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['browser', 'import'],
  // QuickJS 2025 has all of ES2023; parsing less is what counts in an emulated guest.
  target: 'es2022',
  format: 'esm',
  external: ['std', 'os', 'node:*'],
  minify: true,
  // An ES module is strict without being told so file by file.
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
  legalComments: 'none',
  logLevel: 'warning',
};

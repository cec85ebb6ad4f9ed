/** The reader without `eval`, which the page's policy forbids; the package has no types for that entry. */
declare module 'msgpackr/unpack-no-eval' {
  export class Unpackr {
    constructor(options?: { readonly useRecords?: boolean; readonly int64AsType?: 'number' });
    unpack(bytes: Uint8Array): unknown;
  }
}
declare module '*.css';

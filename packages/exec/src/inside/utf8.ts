// QuickJS has no TextEncoder; `escape` and `unescape`, of ECMAScript's Annex B, do the same by way of URI escapes.

export function encodeUtf8(text: string): Uint8Array {
  const latin1 = unescape(encodeURIComponent(text));
  return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** @throws URIError when it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  let latin1 = '';
  for (const byte of bytes) latin1 += String.fromCharCode(byte);
  return decodeURIComponent(escape(latin1));
}

/**
 * The end of a signed module: the signature, 12 bytes of which the last 4 are its length, big-endian, and this line.
 * Source: the kernel's include/linux/module_signature.h and Documentation/admin-guide/module-signing.rst.
 */
const MARK = Buffer.from('~Module signature appended~\n');
const DESCRIPTION_BYTES = 12;
const LENGTH_BYTES = 4;

/**
 * The module without its signature, if it has one. Guests have no certificate to check it by (see
 * QUICK_BOOT_ARGUMENTS), but would first compute a digest of the whole module: half of the time from the kernel's
 * hand-over to the mounted share.
 */
export function withoutSignature(module: Buffer): Buffer {
  const description = module.length - MARK.length - DESCRIPTION_BYTES;
  if (description < 0 || !module.subarray(-MARK.length).equals(MARK)) return module;
  const length = module.readUInt32BE(description + DESCRIPTION_BYTES - LENGTH_BYTES);
  return length <= description ? module.subarray(0, description - length) : module;
}

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const CHUNK_BYTES = 1 << 20;

/**
 * Hexadecimal SHA-256 of which chunks of a file are not all zero, and what is in them. A saved guest is for the most part
 * holes, which need not be hashed to be known.
 */
export async function digestSparse(path: string): Promise<string> {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(CHUNK_BYTES);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const file = await open(path);
  try {
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return hash.update(`${at}`).digest('hex');
      const filled = chunk.subarray(0, bytesRead);
      if (!filled.equals(zeros.subarray(0, bytesRead))) hash.update(`${at}:`).update(filled);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf, usageError } from '@coordinator/base/errors';

/** Names the variable with the key itself in it. */
export const KEY_VARIABLE = 'COORDINATOR_FLEET_KEY';
/** 128 bits in hexadecimal digits: fewer can be guessed. */
const MIN_CHARACTERS = 32;
const MAX_CHARACTERS = 4096;

/**
 * What every message of a fleet is signed with. Whoever has it can have kernels run on every host: nothing prints it, and it
 * is in no object that could be.
 */
export class FleetKey {
  readonly #secret: Buffer;

  /** @param from where it was found, for errors @throws CoordinatorError (usage) when it is too short to be one */
  constructor(text: string, from: string) {
    const secret = text.trim();
    if (secret.length < MIN_CHARACTERS || secret.length > MAX_CHARACTERS)
      throw usageError(
        `the key of the fleet in ${from} has ${secret.length} characters`,
        `give one of ${MIN_CHARACTERS} to ${MAX_CHARACTERS}, such as what "openssl rand -hex 32" prints`,
      );
    this.#secret = Buffer.from(secret);
  }

  /** HMAC-SHA-256 (RFC 2104), 64 hexadecimal digits. */
  sign(bytes: string): string {
    return createHmac('sha256', this.#secret).update(bytes).digest('hex');
  }

  verify(bytes: string, signature: string): boolean {
    const given = Buffer.from(signature);
    const right = Buffer.from(this.sign(bytes));
    return given.length === right.length && timingSafeEqual(given, right);
  }
}

/** @param file that of `--key`, else $COORDINATOR_FLEET_KEY has it @throws CoordinatorError (usage) */
export function readKey(file: string | undefined, environment: NodeJS.ProcessEnv = process.env): FleetKey {
  const variable = environment[KEY_VARIABLE];
  if (file === undefined && variable !== undefined) return new FleetKey(variable, `$${KEY_VARIABLE}`);
  if (file === undefined)
    throw usageError(
      'messages of a fleet are signed, and there is no key to sign them with',
      `give --key FILE or $${KEY_VARIABLE}, the same on all its hosts`,
    );
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw usageError(`the key ${file} cannot be read: ${messageOf(error)}`, 'name a file with it');
  }
  return new FleetKey(text, file);
}

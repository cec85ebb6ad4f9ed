import { exitCodes } from '@coordinator/shared/report/exit-code';

/**
 * An error the user can do something about: `message` is one sentence that says what was wrong and where, `remedy`
 * one that says what to do. The command line prints both and ends with `exitCode`.
 */
export class CoordinatorError extends Error {
  override readonly name = 'CoordinatorError';
  readonly remedy: string | null;
  readonly exitCode: number;

  constructor(message: string, options: { remedy?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.remedy = options.remedy ?? null;
    this.exitCode = options.exitCode ?? exitCodes.unavailable;
  }
}

/** Wrong options, plan or configuration: exit code 2. */
export function usageError(message: string, remedy?: string): CoordinatorError {
  return new CoordinatorError(message, { exitCode: exitCodes.usage, ...(remedy ? { remedy } : {}) });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether `error` says that a file or process is not there. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}

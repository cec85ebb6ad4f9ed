/** Where a reporter writes: a standard stream or a file. */
export interface ReporterOutput {
  /** The terminal or pipe behind it; null for a file. */
  readonly stream: NodeJS.WriteStream | null;
  /** Never throws; a failure comes out of {@link close}. */
  write(text: string): void;
  /** Waits until all is written. @throws Error when it was not. */
  close(): Promise<void>;
  /** Gives up: a document that was to be written is not, and nothing of it is left behind. */
  abandon(): void;
}

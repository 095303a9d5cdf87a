/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** Resolves with the exit code; rejects with a `CodedError`, or with node's own error for unknown options. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

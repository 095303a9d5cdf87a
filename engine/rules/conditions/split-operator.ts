/** `not:someFact:equal` in its parts. */
export interface OperatorParts {
  readonly name: string;
  /** From the left. The one next to the operator is applied first. */
  readonly decorators: readonly string[];
}

const none: readonly never[] = [];

export function splitOperator(written: string): OperatorParts {
  if (!written.includes(':')) return { name: written, decorators: none };
  const decorators = written.split(':');
  const name = decorators.pop() ?? '';
  return { name, decorators };
}

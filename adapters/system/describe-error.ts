import { CodedError } from '../../engine/index.ts';

/** An error as it may stand in a log. */
export interface DescribedError {
  readonly type: string;
  readonly code?: string | number;
  readonly text?: string;
  /** Where it came about, without the text that a stack begins with. */
  readonly stack?: readonly string[];
  readonly cause?: DescribedError;
}

const ownErrors = [SyntaxError, TypeError, RangeError, ReferenceError, URIError];
const causesMax = 4;
const framesMax = 12;
const textLengthMax = 500;

/**
 * An error without the values that it may quote. Parsers quote what they could not parse, the language the value it
 * could not use, databases the arguments of a command, and all of that may be what a customer told. Our own words stay;
 * of those of others goes what stands between quotation marks, from the first mark to the last, because values may hold
 * marks themselves.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, cause } = error as Error & { readonly code?: unknown };
  const text = textOf(error);
  const stack = framesOf(error);
  return {
    type: error.name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(text !== undefined && { text }),
    ...(stack.length > 0 && { stack }),
    ...(cause !== undefined && depth < causesMax && { cause: describeError(cause, depth + 1) }),
  };
}

function textOf(error: Error): string | undefined {
  // The language's own errors quote values and names without marks as well; their stack tells enough.
  if (ownErrors.some((kind) => error instanceof kind)) return undefined;
  const isOurWord =
    error instanceof CodedError && error.cause === undefined && error.code !== 'NB_INVALID_INPUT';
  const text = isOurWord ? error.message : error.message.replace(/["'`][\s\S]*["'`]/, '...');
  return text.slice(0, textLengthMax);
}

function framesOf({ stack = '' }: Error): readonly string[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^at .*(:\d+:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line))
    .slice(0, framesMax);
}

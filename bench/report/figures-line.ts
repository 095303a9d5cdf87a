import type { Figures } from './figures.ts';

/** The figures in the last line of what a benchmark printed; an error that says what is wrong with it otherwise. */
export function figuresIn(output: string): Figures {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const found = parsed(line);
  const wrong = faultOf(found);
  if (wrong !== undefined)
    throw new Error(`its last line is not as bench/report/figures.ts has it: ${wrong}`);
  return found as Figures;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What the report reads has to be there; everything else is the benchmark's own. */
function faultOf(found: unknown): string | undefined {
  if (!isObject(found)) return 'no JSON object';
  const { bench, about, measures, curves = [] } = found;
  if (typeof bench !== 'string') return 'no name under "bench"';
  if (!isObject(about)) return 'no object under "about"';
  const words = ['question', 'workload', 'baseline', 'notMeasured'];
  const unsaid = words.find((word) => typeof about[word] !== 'string');
  if (unsaid !== undefined) return `no text under "about.${unsaid}"`;
  if (!Array.isArray(measures)) return 'no list under "measures"';
  const odd = measures.find((one) => !(isObject(one) && typeof one.name === 'string' && isNumber(one.ours)));
  if (odd !== undefined) return `a measure without a name or a number under "ours": ${JSON.stringify(odd)}`;
  if (!Array.isArray(curves)) return '"curves" is no list';
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON has no word for a number that is none: it becomes null. */
function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

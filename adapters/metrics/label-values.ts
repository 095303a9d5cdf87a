import { Counter, type Registry } from 'prom-client';

/** Series per metric. Beyond it a page of metrics takes so long to write that it holds up the requests it counts. */
export const seriesMax = 1_000;

export const overflowLabel = '_other';

/**
 * Bounds the values of one label: the first `valuesMax` keep their own series, whatever comes later shares `_other`.
 * Labels come from rule files and requests, so nobody else bounds them.
 */
export class LabelValues {
  readonly #known = new Set<string>();
  readonly #valuesMax: number;

  constructor(valuesMax: number) {
    this.#valuesMax = valuesMax;
  }

  bounded(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#valuesMax) return overflowLabel;
    this.#known.add(value);
    return value;
  }
}

/** Adds to the series of these label values, in the order of the labels. */
export type AddToCounter = (count: number, ...values: readonly string[]) => void;

/** A counter of which one label may take any value and the `closed` ones take a handful; all series together are bounded. */
export function newCounter(
  registry: Registry,
  options: {
    readonly name: string;
    readonly help: string;
    readonly open?: string;
    readonly closed?: readonly string[];
  },
): AddToCounter {
  const { name, help, open, closed = [] } = options;
  const labelNames = [...(open === undefined ? [] : [open]), ...closed];
  const counter = new Counter({ name, help, labelNames, registers: [registry] });
  // A closed set has fewer than ten values; one series stays for the overflow of each.
  const values = new LabelValues(Math.floor(seriesMax / (closed.length === 0 ? 1 : 10)) - 1);
  return (count, ...given) => {
    const [first = '', ...rest] = given;
    counter.labels(...(open === undefined ? given : [values.bounded(first), ...rest])).inc(count);
  };
}

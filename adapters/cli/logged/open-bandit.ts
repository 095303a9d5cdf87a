import { openDelimited } from '../../../engine/index.ts';
import {
  type LoggedRecord,
  type LogReader,
  Misread,
  numberFrom,
  probabilityFrom,
  type ReaderOptions,
  recordAt,
  targetFrom,
} from './logged-record.ts';

const columns = { action: 'item_id', reward: 'click', probability: 'propensity_score' } as const;

/**
 * Decisions in the columns of the Open Bandit data: `item_id` (from 0), `click`, `propensity_score`. How many items there were
 * is told by the columns `user-item_affinity_0` and on, or by the option. The probability is the item's at its position; the
 * position itself counts for nothing, as every row is a decision of its own.
 */
export function openBanditReader(options: ReaderOptions = {}): LogReader {
  let header: Header | 'awaited' | 'broken' = 'awaited';
  let record: LoggedRecord | undefined;
  const records = openDelimited(',', (cells, line) => {
    // Without its header nothing of the file can be read, which is told once.
    if (header === 'broken') return;
    record = recordAt(line, () => {
      if (cells === 'open') throw new Misread('line', 'an open quote', 'a closing quote');
      if (header !== 'awaited') return decisionOf(cells, line, header as Header);
      header = 'broken';
      header = readHeader(cells, options);
      return { kind: 'passed-over', line };
    });
  });
  const taken = () => {
    const read = record;
    record = undefined;
    return read?.kind === 'passed-over' ? undefined : read;
  };
  return {
    take: (text, line) => {
      records.line(text, line);
      return taken();
    },
    end: () => {
      records.end();
      return taken();
    },
  };
}

interface Header {
  readonly names: readonly string[];
  readonly action: number;
  readonly reward: number;
  readonly probability: number;
  readonly customer?: number;
  readonly target?: number;
  /** Names of all items. */
  readonly offered: readonly string[];
  /** Columns of the context. */
  readonly context: readonly number[];
}

function readHeader(names: readonly string[], options: ReaderOptions): Header {
  const at = (name: string) => {
    const index = names.indexOf(name);
    if (index === -1)
      throw new Misread(name, undefined, `a column of this name among ${names.slice(0, 8).join(', ')}`);
    return index;
  };
  const told = names.filter((name) => /^user-item_affinity_\d+$/.test(name)).length;
  const count = options.actions ?? told;
  if (count === 0) {
    throw new Misread(
      'user-item_affinity_0',
      undefined,
      'a column for every item, or their number with --actions',
    );
  }
  return {
    names,
    action: at(columns.action),
    reward: at(columns.reward),
    probability: at(columns.probability),
    ...(options.customer !== undefined && { customer: at(options.customer) }),
    ...(options.target !== undefined && { target: at(options.target) }),
    offered: Array.from({ length: count }, (_, item) => String(item)),
    context: names.flatMap((name, index) =>
      /^(?:timestamp|position|user_feature_\d+)$/.test(name) ? [index] : [],
    ),
  };
}

function decisionOf(cells: readonly string[], line: number, header: Header): LoggedRecord {
  if (cells.length !== header.names.length) {
    throw new Misread('line', `${cells.length} cells`, `${header.names.length} cells, as in the header`);
  }
  const action = (cells[header.action] as string).trim();
  if (!header.offered.includes(action)) {
    throw new Misread(columns.action, action, `a number from 0 to ${header.offered.length - 1}`);
  }
  const decision = {
    action,
    probability: probabilityFrom(columns.probability, cells[header.probability]),
    reward: numberFrom(columns.reward, cells[header.reward]),
    offered: header.offered,
    context: Object.fromEntries(header.context.map((index) => [header.names[index], cells[index] as string])),
    ...(header.customer !== undefined && { cluster: cells[header.customer] as string }),
  };
  const target = header.target === undefined ? undefined : cells[header.target];
  return {
    kind: 'decision',
    line,
    decision,
    ...(header.target !== undefined && {
      target: targetFrom(
        header.names[header.target] as string,
        (target ?? '').split(/[ ;]+/),
        header.offered.length,
      ),
    }),
  };
}

import type { BudgetView, DecideInput } from '../decide/decide-input.ts';
import type { Estimate, ModelSnapshot, Tally } from '../model/model-snapshot.ts';
import type { BudgetAnswer, ReadTable } from '../model/receipt.ts';
import { keyText, ReferenceTable, type TableRow, type TablesInForce } from '../overlays/reference-table.ts';

/** What a decision looked at of what it shares with others. To be read once it is made. */
export interface NotedReads {
  readonly tallies: () => Readonly<Record<string, Tally>>;
  /** What the models said; undefined where there are none. */
  readonly estimates: () => Readonly<Record<string, Estimate>> | undefined;
  readonly budgets: () => Readonly<Record<string, BudgetAnswer>>;
  readonly tables: () => Readonly<Record<string, ReadTable>> | undefined;
}

/** An input with what was looked at of it. */
export interface NotedInput {
  readonly input: DecideInput;
  readonly reads: NotedReads;
}

/** The same input, of which it is taken down what is looked at. Whoever decides on it decides the same. */
export function noteReads(input: DecideInput): NotedInput {
  const asked = new Map<string, Tally>();
  const told = input.model.scoring && new Map<string, Estimate>();
  const model: ModelSnapshot = { ...input.model, asked, ...(told && { told }) };
  const budgets = new NotedBudgets(input.budgets);
  const tables = input.tables && new NotedTables(input.tables, input.now);
  return {
    input: { ...input, model, budgets, ...(tables && { tables }) },
    reads: {
      tallies: () => Object.fromEntries(asked),
      estimates: () => told && Object.fromEntries(told),
      budgets: () => budgets.answers(),
      tables: () => tables?.read(),
    },
  };
}

class NotedBudgets implements BudgetView {
  readonly #view: BudgetView;
  readonly #left = new Map<string, Map<number, number>>();

  constructor(view: BudgetView) {
    this.#view = view;
  }

  left(budget: string, wanted: number): number {
    const left = this.#view.left(budget, wanted);
    const answers = this.#left.get(budget);
    if (answers) answers.set(wanted, left);
    else this.#left.set(budget, new Map([[wanted, left]]));
    return left;
  }

  answers(): Readonly<Record<string, BudgetAnswer>> {
    return Object.fromEntries([...this.#left].map(([budget, answers]) => [budget, answerOf(answers)]));
  }
}

function answerOf(answers: ReadonlyMap<number, number>): BudgetAnswer {
  const pairs = [...answers];
  const [first] = pairs;
  return first && pairs.every(([, left]) => left === first[1]) ? first[1] : pairs;
}

class NotedTables implements TablesInForce {
  readonly #tables: TablesInForce;
  readonly #now: number;
  readonly #noted = new Map<string, NotedTable | undefined>();

  constructor(tables: TablesInForce, now: number) {
    this.#tables = tables;
    this.#now = now;
  }

  table(overlay: string): ReferenceTable | undefined {
    if (this.#noted.has(overlay)) return this.#noted.get(overlay);
    const table = this.#tables.table(overlay);
    const noted = table && new NotedTable(table);
    this.#noted.set(overlay, noted);
    return noted;
  }

  read(): Readonly<Record<string, ReadTable>> | undefined {
    const read: Record<string, ReadTable> = {};
    for (const [overlay, table] of this.#noted) if (table) read[overlay] = table.rowsRead(this.#now);
    return Object.keys(read).length === 0 ? undefined : read;
  }
}

class NotedTable extends ReferenceTable {
  readonly #table: ReferenceTable;
  readonly #keys = new Set<string>();

  constructor(table: ReferenceTable) {
    super(table.header, table.version, 0);
    this.#table = table;
  }

  override get rows(): number {
    return this.#table.rows;
  }

  override has(key: string): boolean {
    this.#keys.add(key);
    return this.#table.has(key);
  }

  override read(...[key, attribute, now]: Parameters<ReferenceTable['read']>) {
    const text = keyText(key);
    if (text !== undefined) this.#keys.add(text);
    return this.#table.read(key, attribute, now);
  }

  rowsRead(now: number): ReadTable {
    const { version, header } = this.#table;
    return {
      version,
      header,
      rows: [...this.#keys].filter((key) => this.#table.has(key)).map((key) => this.#row(key, now)),
    };
  }

  /** Of a table that has expired no value counts any more, and none is kept. */
  #row(key: string, now: number): TableRow {
    const values = Object.keys(this.header.attributes).map((name) => this.#table.read(key, name, now));
    return [key, ...values.map((value) => value ?? null)];
  }
}

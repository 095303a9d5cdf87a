import { grouped, renderTable } from '../support/table.ts';

/** One line of a batch's answer, as far as it is counted. */
export interface AnswerLine {
  readonly line: number;
  readonly placements?: Readonly<
    Record<string, readonly { readonly action?: string; readonly fallback?: boolean }[]>
  >;
  readonly problem?: { readonly code: string; readonly status: number; readonly detail: string };
}

export interface DecideSummary {
  readonly rows: number;
  /** With at least one action. */
  readonly decided: number;
  /** With a fallback at the most. */
  readonly empty: number;
  readonly failed: number;
  /** Times that each action is shown. */
  readonly actions: Readonly<Record<string, number>>;
  /** The first problems, by the place of their row in the file. */
  readonly problems: readonly { readonly place: number; readonly code: string; readonly detail: string }[];
}

const problemsTold = 20;

export class DecideTally {
  #decided = 0;
  #empty = 0;
  #failed = 0;
  readonly #actions = new Map<string, number>();
  readonly #problems: DecideSummary['problems'][number][] = [];

  get rows(): number {
    return this.#decided + this.#empty + this.#failed;
  }

  add({ line, placements = {}, problem }: AnswerLine): void {
    if (problem) {
      this.#failed += 1;
      const { code, detail } = problem;
      if (this.#problems.length < problemsTold) this.#problems.push({ place: line, code, detail });
      return;
    }
    const shown = Object.values(placements).flatMap((items) => items.flatMap(({ action }) => action ?? []));
    for (const action of shown) this.#actions.set(action, (this.#actions.get(action) ?? 0) + 1);
    if (shown.length > 0) this.#decided += 1;
    else this.#empty += 1;
  }

  summary(): DecideSummary {
    const actions = [...this.#actions].sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1));
    return {
      rows: this.rows,
      decided: this.#decided,
      empty: this.#empty,
      failed: this.#failed,
      actions: Object.fromEntries(actions),
      problems: this.#problems,
    };
  }
}

export function describeDecided(summary: DecideSummary, isPreview: boolean): string {
  const { rows, decided, empty, failed, actions, problems } = summary;
  const counted = [
    `${grouped(rows)} rows: ${grouped(decided)} with an action, ${grouped(empty)} without, ${grouped(failed)} failed`,
    ...(isPreview ? ['a preview: nothing was stored or counted'] : []),
  ].join('; ');
  const table = renderTable(
    ['Action', 'Shown'],
    Object.entries(actions).map(([action, count]) => [action, grouped(count)]),
  );
  const told = problems.map(({ place, code, detail }) => `  row ${place}: ${code}: ${detail}`);
  const more = failed > problems.length ? [`  and ${grouped(failed - problems.length)} more`] : [];
  return [
    counted,
    ...(Object.keys(actions).length > 0 ? ['', table] : []),
    ...(told.length > 0 ? ['', 'Problems:', ...told, ...more] : []),
  ].join('\n');
}

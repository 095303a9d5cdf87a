import type { Decision } from '../model/decision.ts';
import { placementIn, reasonFor } from './slots.ts';

/** A decision that comes out otherwise. */
export interface ChangedDecision {
  readonly decision: string;
  /** Epoch ms. */
  readonly at: number;
  readonly placement: string;
  /** `action/treatment`, best first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What the new book says of the first that it does not show any more: a code, and who spoke. */
  readonly why?: string;
}

const examplesMax = 10;

/** How many decisions come out otherwise, with the first example of each kind of change. */
export class ChangedDecisions {
  decisions = 0;
  changed = 0;
  readonly #examples = new Map<string, ChangedDecision>();

  add(logged: Decision | undefined, made: Decision | undefined): void {
    this.decisions += 1;
    const decision = logged ?? made;
    if (!decision) return;
    const names = new Set(
      [logged, made].flatMap((each) => each?.placements.map(({ placement }) => placement) ?? []),
    );
    let isChanged = false;
    for (const placement of names) {
      const [before, after] = [shownIn(logged, placement), shownIn(made, placement)];
      if (before.join(' ') === after.join(' ')) continue;
      isChanged = true;
      const kind = `${placement}: ${before.join(' ')} > ${after.join(' ')}`;
      if (this.#examples.size >= examplesMax || this.#examples.has(kind)) continue;
      const { id, at } = decision;
      const why = whyGone(made, { placement, before, after });
      this.#examples.set(kind, {
        ...{ decision: id, at, placement, before, after },
        ...(why !== undefined && { why }),
      });
    }
    if (isChanged) this.changed += 1;
  }

  examples(): readonly ChangedDecision[] {
    return [...this.#examples.values()];
  }
}

function shownIn(decision: Decision | undefined, name: string): readonly string[] {
  const { treatments } = placementIn(decision, name) ?? { treatments: [] };
  return treatments.map(({ action, treatment }) => `${action}/${treatment}`);
}

function whyGone(
  made: Decision | undefined,
  { placement, before, after }: Pick<ChangedDecision, 'placement' | 'before' | 'after'>,
): string | undefined {
  const gone = before.find((key) => !after.includes(key));
  if (gone === undefined) return undefined;
  const reason = reasonFor(placementIn(made, placement), gone);
  if (!reason) return made ? 'not in the new rules' : 'not asked for';
  return reason.by === undefined ? reason.code : `${reason.code} ${reason.by}`;
}

import {
  type AttributedOutcome,
  type Attribution,
  type AttributionModel,
  attributeByAll,
  attributionModels,
  type Touch,
} from '../../../engine/index.ts';

/** How one model shares out many outcomes. */
export interface ModelTotals {
  /** Outcomes whose credits do not sum to them exactly, or are not whole. */
  violations: number;
  outcomes: number;
  /** Shared out among so many touches that got a part. */
  credited: number;
  /** In the unit of the outcomes. */
  attributed: number;
  unattributed: number;
}

export type ModelName = keyof typeof attributionModels;
export type Totals = Readonly<Record<ModelName, ModelTotals>>;

export class ReportingCredit {
  readonly totals: Totals = Object.fromEntries(
    Object.keys(attributionModels).map((name) => [name, emptyTotals()]),
  ) as Record<ModelName, ModelTotals>;

  add(touches: readonly Touch[], outcome: AttributedOutcome): void {
    const models: Readonly<Record<ModelName, AttributionModel>> = attributionModels;
    const byModel = attributeByAll(touches, outcome, models);
    for (const name of Object.keys(byModel) as ModelName[]) {
      count(this.totals[name], byModel[name], outcome.value);
    }
  }
}

function emptyTotals(): ModelTotals {
  return { violations: 0, outcomes: 0, credited: 0, attributed: 0, unattributed: 0 };
}

function count(totals: ModelTotals, { credits, unattributed }: Attribution, value: number): void {
  const sum = credits.reduce((all, credit) => all + credit, 0);
  const isWhole = credits.every((credit) => Number.isSafeInteger(credit));
  totals.violations += isWhole && sum + unattributed === value ? 0 : 1;
  totals.outcomes += 1;
  totals.credited += credits.filter((credit) => credit !== 0).length;
  totals.attributed += sum;
  totals.unattributed += unattributed;
}

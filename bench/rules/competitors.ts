import { getHeapStatistics } from 'node:v8';
import { type WarmUp, warmUp } from '../measure/take-turns.ts';
import { CodegenEvaluator } from './evaluators/codegen.ts';
import type { Evaluator } from './evaluators/evaluator.ts';
import { JsonLogicEvaluator } from './evaluators/json-logic.ts';
import { JsonRulesEngineEvaluator } from './evaluators/json-rules-engine.ts';
import { ZenEvaluator } from './evaluators/zen.ts';
import type { Workload } from './workload.ts';

export const competitorNames = [
  'codegen',
  'codegen_tuned',
  'json_logic',
  'zen',
  'zen_tuned',
  'json_rules_engine',
] as const;
export type CompetitorName = (typeof competitorNames)[number];

export interface Form {
  /** Told where it is not the only one. */
  readonly name: string;
  readonly create: () => Evaluator;
}

/** The forms an evaluator can be written in; the fastest in a short trial is the one that is measured. */
export function formsOf(competitor: CompetitorName, workload: Workload): readonly Form[] {
  const size = workload.actions.length;
  switch (competitor) {
    case 'codegen':
      return [codegenForm(workload, { rulesPerFunction: size, locals: false })];
    case 'codegen_tuned':
      return [1_000, 300, 100, size]
        .filter(
          (rulesPerFunction, index, all) =>
            rulesPerFunction <= size && all.indexOf(rulesPerFunction) === index,
        )
        .map((rulesPerFunction) => codegenForm(workload, { rulesPerFunction, locals: true }));
    case 'json_logic':
      return [20, 100, 1_000, 1]
        .filter((rulesPerFunction) => rulesPerFunction <= size)
        .map((rulesPerFunction) => ({
          name: `${rulesPerFunction} per function`,
          create: () => new JsonLogicEvaluator(workload, rulesPerFunction),
        }));
    case 'zen':
      return [
        { name: tableOf(workload), create: () => new ZenEvaluator(workload, { columns: tableOf(workload) }) },
      ];
    case 'zen_tuned':
      return [{ name: 'expressions', create: () => new ZenEvaluator(workload, { columns: 'expressions' }) }];
    case 'json_rules_engine':
      return [{ name: 'one engine', create: () => new JsonRulesEngineEvaluator(workload) }];
  }
}

function codegenForm(
  workload: Workload,
  form: { readonly rulesPerFunction: number; readonly locals: boolean },
): Form {
  return {
    name: `${form.rulesPerFunction} per function`,
    create: () => new CodegenEvaluator(workload, form),
  };
}

/** Groups within groups do not fit a column per fact. */
function tableOf({ book }: Workload): 'facts' | 'expressions' {
  return book === 'uniform' ? 'facts' : 'expressions';
}

/** Why an evaluator is left out at a size; undefined when it takes part. */
export function leftOut(
  competitor: CompetitorName,
  { book, actions }: Workload,
  { quick }: { readonly quick: boolean },
): string | undefined {
  const size = actions.length;
  if (competitor === 'zen_tuned' && book === 'realistic') return 'zen_tuned: zen has this form already';
  const tooMuch =
    size >= 100_000 ? competitor !== 'codegen' : size >= 10_000 && competitor.endsWith('_tuned');
  if (quick && tooMuch) return `${competitor}: left out by --quick at this size`;
  const heapMiB = getHeapStatistics().heap_size_limit / 2 ** 20;
  if (competitor === 'json_rules_engine' && size >= 100_000 && heapMiB < 3_500) {
    return `${competitor}: a run takes about 3 GiB of heap, Node's limit here is ${Math.round(heapMiB)} MiB`;
  }
  return undefined;
}

/** Creates the forms one after the other and keeps the fastest. */
export async function fastestOf(
  forms: readonly Form[],
  trial: WarmUp,
): Promise<{ readonly form: string; readonly evaluator: Evaluator }> {
  let best: { form: string; evaluator: Evaluator; ns: number } | undefined;
  for (const { name, create } of forms) {
    const evaluator = create();
    const ns = forms.length === 1 ? 0 : await warmUp(evaluator, trial);
    if (!best || ns < best.ns) best = { form: name, evaluator, ns };
  }
  if (!best) throw new Error('expected at least one form');
  return best;
}

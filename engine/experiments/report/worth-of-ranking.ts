import type { ComparisonReport, ExperimentReport } from './experiment-report.ts';

/**
 * What a model control has shown, in words: what the ranking brings over chance. undefined where the experiment is another
 * one, where it is too early to tell, and where the figures cannot be believed.
 */
export function worthOfRanking({
  kind,
  verdict,
  conversion,
  value,
}: Pick<ExperimentReport, 'kind' | 'verdict' | 'conversion' | 'value'>): string | undefined {
  if (kind !== 'modelControl' || verdict === 'stop-broken') return undefined;
  const converted = told(conversion, (effect) => `${signed(effect * 100)} points`);
  if (converted === undefined) return undefined;
  const valued = told(value, signed);
  return (
    `ranking by models is worth ${converted} of converted customers over chance` +
    (valued === undefined ? '' : `, and ${valued} of value a customer`)
  );
}

function told(
  comparisons: readonly ComparisonReport[] = [],
  words: (effect: number) => string,
): string | undefined {
  const [comparison] = comparisons;
  if (!comparison?.interval) return undefined;
  const { low, high } = comparison.interval;
  return `${words(comparison.effect)} (${words(low)} to ${words(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${Number(value.toPrecision(3))}`;
}

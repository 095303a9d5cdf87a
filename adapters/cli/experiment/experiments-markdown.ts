import type { ComparisonReport, ExperimentReport } from '../../../engine/index.ts';
import { escaped, markdownOf, type Section } from '../support/sections.ts';
import { grouped, percentage } from '../support/table.ts';
import type { ExperimentsDocument } from './experiments-document.ts';

/** For a pull request or an e-mail. */
export function experimentsMarkdown(document: ExperimentsDocument): string {
  const parts = document.experiments.map((report) => experimentPart(report, document.currency));
  return `${['## Experiments', headline(document), ...parts].join('\n\n')}\n`;
}

function headline({ decisions, leftOut, since, until, rulebook }: ExperimentsDocument): string {
  const missing = leftOut.unknownBooks + leftOut.tooLarge;
  const without =
    missing === 0
      ? ''
      : ` ${grouped(missing)} more could not be read (${grouped(leftOut.unknownBooks)} of rulebooks that are not kept, ` +
        `${grouped(leftOut.tooLarge)} too large).`;
  return `${grouped(decisions)} decisions from ${dayOf(since)} to ${dayOf(until)}, by the experiments of rulebook ${rulebook}.${without}`;
}

const kinds: Readonly<Record<ExperimentReport['kind'], string>> = {
  holdout: 'hold-out',
  treatments: 'treatments',
  actions: 'actions',
  challenger: 'rulebooks',
  modelControl: 'model control',
};

function experimentPart(report: ExperimentReport, currency: string): string {
  const { experiment, kind, words, conversion = [], value = [] } = report;
  const sections: readonly Section[] = [
    armsSection(report, currency),
    comparisonSection('Converted customers', conversion, points),
    comparisonSection(`Value of a customer in ${currency}`, value, amount),
    { title: '', lines: [sizes(report), ...report.notes] },
  ];
  return [
    `### ${escaped(experiment)} (${kinds[kind]})`,
    `**${escaped(`${words.charAt(0).toUpperCase()}${words.slice(1)}`)}.**`,
    ...sections
      .filter((section) => 'lines' in section || section.rows.length > 0)
      .map((section) => markdownOf(section)),
  ].join('\n\n');
}

function armsSection({ arms, control, value }: ExperimentReport, currency: string): Section {
  const isValued = value !== undefined;
  return {
    title: 'Arms',
    header: [
      ...['Arm', 'Share dealt', 'Customers', 'Converted', 'Rate'],
      ...(isValued ? [`Value of a customer in ${currency}`] : []),
    ],
    rows: arms.map((arm) => [
      arm.arm === control ? `${arm.arm} (control)` : arm.arm,
      percentage(arm.share),
      grouped(arm.customers),
      grouped(arm.converted),
      percentage(arm.rate ?? Number.NaN),
      ...(isValued ? [(arm.valuePerCustomer ?? Number.NaN).toFixed(2)] : []),
    ]),
  };
}

/** The interval holds however often somebody looks; what the activity before took out stands beside the plain effect. */
function comparisonSection(
  title: string,
  comparisons: readonly ComparisonReport[],
  told: (effect: number) => string,
): Section {
  return {
    title,
    header: [title, 'Effect', '95 % interval, at every look', 'Without CUPED', 'Variance taken out'],
    rows: comparisons.map(({ arm, control, effect, interval, unadjusted, adjustment }) => [
      `${arm} against ${control}`,
      told(effect),
      interval ? `${told(interval.low)} to ${told(interval.high)}` : 'too early',
      told(unadjusted.effect),
      adjustment ? percentage(adjustment.varianceCut) : 'none',
    ]),
  };
}

function sizes({ sampleRatio: { isRight, p } }: ExperimentReport): string {
  if (!isRight)
    return 'ALARM: the arms do not have the sizes that they were dealt. Believe none of these figures.';
  return `The arms have the sizes that they were dealt (p = ${Number(p.toPrecision(2))}).`;
}

function points(effect: number): string {
  return Number.isFinite(effect) ? `${signed(effect * 100, 2)} points` : '-';
}

function amount(effect: number): string {
  return Number.isFinite(effect) ? signed(effect, 2) : '-';
}

function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

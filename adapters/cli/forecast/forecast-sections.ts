import {
  type Estimated,
  type ForecastValue,
  type SegmentForecast,
  threeDigits,
} from '../../../engine/index.ts';
import { count } from '../../rule-files/print-diagnostics.ts';
import type { Section } from '../support/sections.ts';
import { grouped, percentage } from '../support/table.ts';
import type { ForecastDocument } from './forecast-document.ts';

const rowsMax = 20;

export function sectionsOf(document: ForecastDocument): readonly Section[] {
  return [
    { title: 'What a decision is worth', lines: valueLines(document) },
    whoGains(document),
    reachSection(document),
    actionsSection(document),
    examplesSection(document),
    limitsSection(document),
    budgetsSection(document),
    neverSection(document),
    { title: 'What this rests on', lines: notes(document) },
  ].filter((section) => ('rows' in section ? section.rows.length : section.lines.length) > 0);
}

export function headline({
  decisions,
  changed,
  since,
  decidedFrom = since,
  until,
  rulebook,
}: ForecastDocument): string {
  const period = `${dayOf(decidedFrom)} to ${dayOf(until)}`;
  const share = percentage(decisions === 0 ? 0 : changed / decisions);
  return `${grouped(decisions)} decisions from ${period} under rulebook ${rulebook}: ${grouped(changed)} come out otherwise (${share}).`;
}

function valueLines({ value, currency }: ForecastDocument): readonly string[] {
  const sentence = `${value.words.charAt(0).toUpperCase()}${value.words.slice(1)}.`;
  const { perDecision } = value;
  if (value.answer === 'refused' || !perDecision) return [sentence, ...otherRefusals(value)];
  return [
    sentence,
    `In force: ${range(perDecision.inForce, currency)}. New: ${range(perDecision.forecast, currency)}.`,
  ];
}

function otherRefusals({ refusals }: ForecastValue): readonly string[] {
  return refusals.slice(1).map(({ words }) => `Also: ${words}.`);
}

function range({ value, interval }: Estimated, currency = ''): string {
  const unit = currency === '' ? '' : ` ${currency}`;
  return `${threeDigits(value)}${unit} (${threeDigits(interval.low)} to ${threeDigits(interval.high)})`;
}

const answers: Readonly<Record<ForecastValue['answer'], string>> = {
  better: 'gains',
  worse: 'loses',
  'no-difference': 'no difference can be told',
  refused: 'cannot tell',
};

function whoGains({ segments, value: { answer, customers = 0, perDecision } }: ForecastDocument): Section {
  const rows = segments.slice(0, rowsMax).map((each) => [each.segment, ...gainOf(each)]);
  return {
    title: 'Who gains and who loses',
    header: ['Segment', 'Customers', 'A decision, difference', ''],
    rows: perDecision
      ? [['everybody', ...gainOf({ answer, customers, difference: perDecision.difference })], ...rows]
      : rows,
  };
}

function gainOf({
  answer,
  customers,
  difference,
}: Pick<SegmentForecast, 'answer' | 'customers' | 'difference'>): readonly string[] {
  return [grouped(customers), answer === 'refused' ? '' : range(difference), answers[answer]];
}

function reachSection({ reach: { before, after } }: ForecastDocument): Section {
  return {
    title: 'Reach and cost',
    header: ['', 'In force', 'New', 'Change'],
    rows: [
      figures('Customers reached', before.customers, after.customers),
      figures('Contacts', before.contacts, after.contacts),
      ['Cost', cents(before.cost), cents(after.cost), changeOf(before.cost, after.cost)],
    ],
  };
}

function figures(name: string, before: number, after: number): readonly string[] {
  return [name, grouped(before), grouped(after), changeOf(before, after)];
}

/** To the cent: `1,234.50`. */
function cents(amount: number): string {
  const [whole = '', part = ''] = amount.toFixed(2).split('.');
  return `${grouped(Number(whole))}.${part}`;
}

function changeOf(before: number, after: number): string {
  if (before === after) return '';
  if (before === 0) return 'new';
  const share = after / before - 1;
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)}%`;
}

function actionsSection({ actions, value }: ForecastDocument): Section {
  const isTold = value.answer !== 'refused';
  return {
    title: 'Actions',
    header: ['Action', 'Contacts in force', 'New', 'Change', ...(isTold ? ['Value in force', 'New'] : [])],
    rows: actions
      .slice(0, rowsMax)
      .map(({ action, contacts, value: own }) => [
        ...[action, grouped(contacts.before), grouped(contacts.after)],
        changeOf(contacts.before, contacts.after),
        ...(isTold ? [own.before.toFixed(0), own.after.toFixed(0)] : []),
      ]),
  };
}

function examplesSection({ examples }: ForecastDocument): Section {
  return {
    title: 'Decisions that change',
    header: ['Placement', 'In force', 'New', 'Why'],
    rows: examples.map(({ placement, before, after, why = '' }) => [
      placement,
      before.join(', ') || 'nothing',
      after.join(', ') || 'nothing',
      why,
    ]),
  };
}

function limitsSection({ limits }: ForecastDocument): Section {
  return {
    title: 'Caps and budgets that keep something out',
    header: ['Name', '', 'Decisions in force', 'New', 'Change'],
    rows: limits.slice(0, rowsMax).map(({ name, code, decisions: { before, after } }) => {
      return [name, code, grouped(before), grouped(after), changeOf(before, after)];
    }),
  };
}

function budgetsSection({ budgets }: ForecastDocument): Section {
  return {
    title: 'Budgets under the new rules',
    header: ['Budget', 'Since', 'Used'],
    rows: budgets.slice(-rowsMax).map(({ budget, from, spent, total }) => {
      return [budget, from === undefined ? 'the beginning' : dayOf(from), percentage(spent / total)];
    }),
  };
}

function neverSection({ neverChosen }: ForecastDocument): Section {
  return {
    title: 'Actions that never come up',
    header: ['Action', 'Why'],
    rows: neverChosen.slice(0, rowsMax).map(({ action, asked, reasons }) => {
      const why = reasons.map((reason) => `${reason.why} (${percentage(reason.share)})`).join(', ');
      return [action, asked === 0 ? 'no placement that was asked for could show it' : why];
    }),
  };
}

function notes(document: ForecastDocument): readonly string[] {
  const { leftOut, customersWithoutDecisions, share, inForce, value } = document;
  const missing = leftOut.unknownBooks + leftOut.tooLarge + leftOut.otherwise;
  const { overlap } = value;
  return [
    ...shortLog(document),
    ...(overlap
      ? [
          `The log is worth ${grouped(Math.floor(overlap.effectiveSampleSize))} decisions of the new rules' own; ` +
            `${percentage(overlap.unsupported)} of their choices were never tried.`,
        ]
      : []),
    ...(missing > 0
      ? [
          `${grouped(missing)} decisions could not be made again (${grouped(leftOut.unknownBooks)} of rulebooks that are not kept, ` +
            `${grouped(leftOut.tooLarge)} too large, ${grouped(leftOut.otherwise)} decided otherwise by this version); what they showed stays.`,
        ]
      : []),
    ...(customersWithoutDecisions > 0
      ? [
          `${count(customersWithoutDecisions, 'customer')} had events but no decision: nothing is forecast for them.`,
        ]
      : []),
    ...(share < 1 ? [`${percentage(share)} of the customers were forecast.`] : []),
    ...(inForce.length > 1
      ? [`${inForce.length} rulebooks decided in the period; "in force" is all of them.`]
      : []),
    'Taken as given: customers come and act by themselves as they did, and what comes of a contact does not depend on what was shown before. Features that only the new rules have begin empty.',
  ];
}

const dayMs = 24 * 60 * 60_000;
/** Nobody asks every minute; a tenth of the period without a decision is told. */
const gapShare = 0.1;

function shortLog({ since, decidedFrom = since, until }: ForecastDocument): readonly string[] {
  if (decidedFrom - since <= (until - since) * gapShare) return [];
  const [ago, asked] = [until - decidedFrom, until - since].map((ms) => ms / dayMs);
  return [
    `The log is shorter than what was asked for: its first decision is of ${dayOf(decidedFrom)}, ${ago?.toFixed(1)} days ago and not ${Number(asked?.toFixed(1))}.`,
  ];
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

import { creditedBy } from '../../../engine/index.ts';
import { markdownOf, type Section } from '../support/sections.ts';
import { grouped } from '../support/table.ts';
import type { AttributionDocument, WrittenCredit } from './attribution-document.ts';

/** For a meeting or an e-mail: who gets how much of the conversions, by each model side by side. */
export function attributionMarkdown(document: AttributionDocument): string {
  const sections = creditedBy.flatMap((by) => sectionsOf(document, by));
  const parts = sections.map((section) => `### ${section.title}\n\n${markdownOf(section)}`);
  return `${['## Attribution', headline(document), ...parts, ...notesPart(document)].join('\n\n')}\n`;
}

function headline({ conversions, touches, since, until, rulebook }: AttributionDocument): string {
  return (
    `${grouped(conversions)} conversions and ${grouped(touches)} touches from ${dayOf(since)} to ${dayOf(until)}, by the ` +
    `outcome rules of rulebook ${rulebook}. Every column sums to its last row exactly; columns are different answers to one ` +
    'question, and do not add up.'
  );
}

type By = (typeof creditedBy)[number];

/** Conversions, and their value where anybody says what they are worth. */
function sectionsOf(document: AttributionDocument, by: By): readonly Section[] {
  const { conversions, withoutValue, currency } = document;
  const counts = table(document, { by, title: `Conversions by ${by}`, part: 'conversionMillionths' });
  if (conversions === withoutValue) return [counts];
  return [counts, table(document, { by, title: `Value in ${currency} by ${by}`, part: 'valueMillionths' })];
}

function table(
  document: AttributionDocument,
  { by, title, part }: { readonly by: By; readonly title: string; readonly part: keyof WrittenCredit },
): Section {
  const { models, unattributed, total, touches, learned } = document;
  const isCount = part === 'conversionMillionths';
  const plain = (count: number | undefined) => (isCount ? [count === undefined ? '-' : grouped(count)] : []);
  const credits = (creditOf: (model: string) => WrittenCredit | undefined) =>
    models.map((model) => amount(creditOf(model)?.[part] ?? 0));
  const head = `${by.charAt(0).toUpperCase()}${by.slice(1)}`;
  return {
    title,
    header: [head, ...(isCount ? ['Touches', 'Learned from'] : []), ...models],
    rows: [
      ...document.by[by].map((row) => [
        row.name,
        ...plain(row.touches),
        ...plain(row.learned),
        ...credits((model) => row.credits[model]),
      ]),
      ['(no touch)', ...plain(undefined), ...plain(undefined), ...credits(() => unattributed)],
      ['(all)', ...plain(touches), ...plain(learned), ...credits(() => total)],
    ],
  };
}

function notesPart(document: AttributionDocument): readonly string[] {
  const lines = notesOf(document);
  return lines.length === 0 ? [] : [`### What is missing\n\n${markdownOf({ title: '', lines })}`];
}

function notesOf(document: AttributionDocument): readonly string[] {
  const { withoutValue, conversions, reportsLeftOut, lost, receipts, keptFrom } = document;
  const { unknownBooks, tooLarge, otherwise } = document.leftOut;
  const missing = unknownBooks + tooLarge + otherwise;
  const notes: (readonly [isSo: boolean, note: string])[] = [
    [
      withoutValue > 0,
      `${grouped(withoutValue)} of ${grouped(conversions)} conversions do not say what they are worth, and add nothing to sums of money.`,
    ],
    [
      reportsLeftOut > 0,
      `${grouped(reportsLeftOut)} conversions that were reported for a decision are left out: events tell of conversions there.`,
    ],
    [
      keptFrom !== undefined,
      `Touches are on record from ${dayOf(keptFrom ?? 0)} on; conversions within the window of earlier ones may lack them.`,
    ],
    [receipts === 0, 'There are no receipts of decisions, so whatever triggers sent is missing.'],
    [
      missing > 0,
      `${grouped(missing)} decisions could not be made again, and what they sent, if anything, is missing (${grouped(unknownBooks)} ` +
        `of rulebooks that are not kept, ${grouped(tooLarge)} too large, ${grouped(otherwise)} come out otherwise).`,
    ],
    [
      lost.touches + lost.tellings > 0,
      `Some customers had too many: ${grouped(lost.touches)} of their oldest touches and ${grouped(lost.tellings)} of their latest events are left out.`,
    ],
  ];
  return notes.flatMap(([isSo, note]) => (isSo ? [note] : []));
}

/** Thousandths say enough for a reader; nothing is rounded before it is written. */
function amount(millionths: number): string {
  const [whole = '0', rest = ''] = (Math.abs(millionths) / 1_000_000).toFixed(3).split('.');
  return `${millionths < 0 ? '-' : ''}${grouped(Number(whole))}.${rest}`;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

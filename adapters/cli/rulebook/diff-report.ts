import { type Change, isDifferent, type Reach, type Topic, topics } from '../../../engine/index.ts';
import { count, printable } from '../../rule-files/print-diagnostics.ts';
import { painter } from '../support/painter.ts';
import { describeChange } from './describe-change.ts';

export interface DiffReport {
  /** How the two rulebooks were named; goes before the paths of their files. */
  readonly before: string;
  readonly after: string;
  /** The most important first. */
  readonly changes: readonly Change[];
}

const titles: Readonly<Record<Topic, string>> = {
  contacts: 'Who gets contacts',
  ranking: 'What comes first',
  content: 'What is shown',
  learning: 'What is remembered and measured',
  wording: 'Written differently, means the same',
};

const reachWords: Readonly<Record<Reach, string>> = {
  fewer: 'fewer',
  more: 'more',
  other: 'others',
  unclear: 'unclear',
  same: 'same',
};

/** What programs get; the shape is described in `rules/README.md` and changes only by additions. */
export function diffReportJson({ before, after, changes }: DiffReport): object {
  return {
    before,
    after,
    same: !isDifferent(changes),
    changes: changes.map((change) => ({ ...change, text: describeChange(change) })),
  };
}

export function diffReportText(report: DiffReport, { color }: { readonly color: boolean }): string {
  const { bold, dim } = painter(color);
  const sections = sectionsOf(report).map(({ topic, changes }) =>
    [
      bold(titles[topic]),
      ...changes.map((change) => {
        const label = topic === 'contacts' ? `${reachWords[change.reach].padEnd(8)}` : '';
        return `  ${label}${printable(describeChange(change))}  ${dim(printable(placeOf(report, change)))}`;
      }),
      '',
    ].join('\n'),
  );
  return `${[...sections, summaryOf(report)].join('\n')}\n`;
}

export function diffReportMarkdown(report: DiffReport): string {
  const sections = sectionsOf(report).map(({ topic, changes }) =>
    [
      `### ${titles[topic]}`,
      '',
      ...changes.map((change) => {
        const label = topic === 'contacts' ? `**${reachWords[change.reach]}**: ` : '';
        return `- ${label}${asMarkdown(describeChange(change))} (\`${printable(placeOf(report, change))}\`)`;
      }),
      '',
    ].join('\n'),
  );
  return `${[`## Rulebook\n\n${summaryOf(report)}`, '', ...sections].join('\n').trimEnd()}\n`;
}

function sectionsOf({ changes }: DiffReport) {
  return topics.flatMap((topic) => {
    const own = changes.filter((change) => change.topic === topic);
    return own.length === 0 ? [] : [{ topic, changes: own }];
  });
}

/** Text of a rule file must not become markup of the page it is shown on. */
function asMarkdown(text: string): string {
  return printable(text).replace(/[\\*_[\]<>#|~]/g, '\\$&');
}

function placeOf({ before, after }: DiffReport, { at }: Change): string {
  return `${at.side === 'before' ? before : after}/${at.file}:${at.line}`;
}

const bringing: Readonly<Record<Exclude<Reach, 'same'>, string>> = {
  fewer: 'for fewer contacts',
  more: 'for more contacts',
  other: 'for others',
  unclear: 'unclear',
};

/** `9 changes (2 for fewer contacts, 3 for more contacts); 1 condition written differently.` */
function summaryOf({ changes }: DiffReport): string {
  const rewritten = changes.filter(({ topic }) => topic === 'wording').length;
  const told = rewritten === 0 ? '' : `; ${count(rewritten, 'condition')} written differently`;
  if (!isDifferent(changes)) return `Both mean the same${told}.`;
  const parts = (['fewer', 'more', 'other', 'unclear'] as const).flatMap((reach) => {
    const own = changes.filter((change) => change.topic === 'contacts' && change.reach === reach);
    return own.length === 0 ? [] : [`${own.length} ${bringing[reach]}`];
  });
  const changed = count(changes.length - rewritten, 'change');
  return `${changed}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}${told}.`;
}

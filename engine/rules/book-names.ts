import type { Cursor } from './cursor.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import type { Drafts } from './drafts.ts';
import { parseGroup } from './group-name.ts';
import { didYouMean } from './nearest-name.ts';

const kinds = {
  action: { code: 'NBR_UNKNOWN_ACTION', register: 'actions', source: 'an action of the book' },
  channel: { code: 'NBR_UNKNOWN_CHANNEL', register: 'channels', source: 'one that `channels` defines' },
  placement: {
    code: 'NBR_UNKNOWN_PLACEMENT',
    register: 'placements',
    source: 'one that `placements` defines',
  },
  budget: { code: 'NBR_UNKNOWN_BUDGET', register: 'budgets', source: 'one that `budgets` defines' },
  trigger: { code: 'NBR_UNKNOWN_TRIGGER', register: 'triggers', source: 'one that `triggers` defines' },
  policy: { code: 'NBR_UNKNOWN_POLICY', register: 'policies', source: 'one that `policies` defines' },
  experiment: {
    code: 'NBR_UNKNOWN_EXPERIMENT',
    register: 'experiments',
    source: 'one that `experiments` defines',
  },
  feature: { code: 'NBR_UNKNOWN_FACT', register: 'features', source: 'one that `features` defines' },
} as const satisfies Readonly<
  Record<string, { code: DiagnosticCode; register: keyof Drafts; source: string }>
>;

export type NameKind = keyof typeof kinds;

/** Checks references between the definitions of a book. */
export class BookNames {
  private readonly drafts: Drafts;

  constructor(drafts: Drafts) {
    this.drafts = drafts;
  }

  check(kind: NameKind, name: string, at: Cursor): boolean {
    const { code, register, source } = kinds[kind];
    const { places } = this.drafts[register];
    if (places.has(name)) return true;
    const hint = didYouMean(name, places.keys());
    at.error(code, `${at.label}: found the unknown ${kind} \`${name}\`, expected ${source}.`, hint);
    return false;
  }

  checkAll(kind: NameKind, names: readonly string[], at: Cursor): void {
    for (const [index, name] of names.entries()) this.check(kind, name, at.at(index));
  }

  /** Full group names for what was written: a group, or an issue with all its groups. */
  groups(written: readonly string[], at: Cursor): readonly string[] {
    return written.flatMap((name, index) => this.group(name, at.at(index)));
  }

  private group(written: string, at: Cursor): readonly string[] {
    const { groups, issues } = this.drafts;
    if (issues.has(written)) return [...groups].filter((group) => parseGroup(group).issue === written);
    const full = parseGroup(written).group;
    if (groups.has(full)) return [full];
    this.reportGroup(written, at);
    return [];
  }

  /** `action/treatment`. */
  treatment(written: string, at: Cursor): void {
    const slash = written.indexOf('/');
    const name = written.slice(0, slash);
    if (!this.check('action', name, at)) return;
    const action = this.drafts.actions.drafts.find((draft) => draft.name === name);
    const known = action?.value.treatments.map((treatment) => `${name}/${treatment.name}`);
    if (!known || known.includes(written)) return;
    at.error(
      'NBR_UNKNOWN_TREATMENT',
      `${at.label}: found the unknown treatment \`${written}\`, expected one of the action \`${name}\`.`,
      didYouMean(written, known),
    );
  }

  /** The name under which a level of the hierarchy is looked up. */
  issueOrGroup(written: string, at: Cursor): string {
    const { groups, issues } = this.drafts;
    const full = parseGroup(written).group;
    if (issues.has(written)) return written;
    if (!groups.has(full)) this.reportGroup(written, at);
    return full;
  }

  private reportGroup(written: string, at: Cursor): void {
    const { groups, issues } = this.drafts;
    at.error(
      'NBR_UNKNOWN_GROUP',
      `${at.label}: found the unknown group \`${written}\`, expected a group or issue that an action belongs to.`,
      didYouMean(written, [...groups, ...issues]),
    );
  }
}

import type { Rulebook } from '../../model/rulebook.ts';
import type { Cursor } from '../cursor.ts';
import { parseGroup } from '../group-name.ts';
import type { LintedBook } from './linted-book.ts';

/** Selections of contacts (what policies match, what outcomes and weights are for) whose parts never come together. */
export function lintSelections(book: LintedBook): void {
  const { drafts, warn } = book;
  const reach = new Reach(book.rulebook);
  const look = (selection: Selection, at: Cursor) => {
    const fault = reach.faultOf(selection);
    if (!fault) return;
    const place = at.at(fault.field, fault.index);
    warn({
      code: 'NBR_MATCHES_NOTHING',
      at: place,
      message: `${place.label}: ${fault.message}; as it is, it never selects anything.`,
      hint: 'All lists of a selection must fit the same contact.',
    });
  };
  for (const { value, at } of drafts.policies.drafts) {
    look(value.match, at.at('match'));
    // What it must not come after may have been shown in any place.
    if (value.notAfter)
      look({ ...everywhere, groups: [], actions: value.notAfter.actions }, at.at('notAfter'));
  }
  for (const { value, at } of drafts.outcomes.drafts) {
    const { channels, groups, actions } = value;
    look({ channels, groups, actions, placements: [], treatments: [] }, at);
  }
  for (const { value, at } of drafts.budgets.drafts) {
    if (value.match) look({ ...everywhere, ...value.match }, at.at('match'));
  }
  for (const { value, at } of drafts.experiments.drafts) {
    if (value.holdout) look({ ...value.holdout.match, treatments: [] }, at.at('holdout', 'match'));
  }
  const arbitration = drafts.arbitration.draft;
  for (const [index, { groups, actions, treatments }] of (
    arbitration?.value.contextWeights ?? []
  ).entries()) {
    const at = arbitration?.at.at('contextWeights', index);
    if (at) look({ ...everywhere, groups, actions, treatments }, at);
  }
}

type Field = 'channels' | 'placements' | 'groups' | 'actions' | 'treatments';

/** As written: a group may be an issue with all its groups. An empty list stands for everything. */
type Selection = Readonly<Record<Field, readonly string[]>>;

const everywhere = { channels: [], placements: [], treatments: [] };

/** The first entry that does not fit the rest. */
interface Fault {
  readonly field: Field;
  readonly index: number;
  readonly message: string;
}

/** Where actions and groups can appear. */
class Reach {
  private readonly rulebook: Rulebook;
  private readonly byAction = new Map<string, Set<string>>();
  private readonly byGroup = new Map<string, Set<string>>();

  constructor(rulebook: Rulebook) {
    this.rulebook = rulebook;
    for (const { name, candidates } of rulebook.placements.values()) {
      for (const { action, treatments } of candidates) {
        if (treatments.length === 0) continue;
        for (const [map, key] of [
          [this.byAction, action.name],
          [this.byGroup, action.group],
          [this.byGroup, action.issue],
        ] as const) {
          const places = map.get(key);
          if (places) places.add(name);
          else map.set(key, new Set([name]));
        }
      }
    }
  }

  faultOf(selection: Selection): Fault | undefined {
    return (
      this.placementFault(selection) ??
      this.actionFault(selection) ??
      this.groupFault(selection) ??
      this.treatmentFault(selection)
    );
  }

  /** A placement of a channel that is not among those selected. */
  private placementFault({ channels, placements }: Selection): Fault | undefined {
    if (channels.length === 0) return undefined;
    for (const [index, name] of placements.entries()) {
      const channel = this.rulebook.placements.get(name)?.channel;
      if (channel === undefined || channels.includes(channel)) continue;
      return {
        field: 'placements',
        index,
        message: `found \`${name}\` of the channel \`${channel}\`, expected a placement of ${listed(channels)}`,
      };
    }
    return undefined;
  }

  private actionFault(selection: Selection): Fault | undefined {
    for (const [index, name] of selection.actions.entries()) {
      const action = this.rulebook.actions.get(name);
      // An action that appears nowhere is reported where it is defined.
      const reached = this.byAction.get(name);
      if (!action || !reached) continue;
      if (!isListed(selection.groups, action)) {
        return {
          field: 'actions',
          index,
          message: `found \`${name}\` of the group \`${action.group}\`, expected an action of ${listed(selection.groups)}`,
        };
      }
      if (!this.isReached(reached, selection)) {
        return {
          field: 'actions',
          index,
          message: `found \`${name}\`, expected an action with a treatment in ${where(selection)}`,
        };
      }
    }
    return undefined;
  }

  /** Beside actions, groups that add none are no fault of their own. */
  private groupFault(selection: Selection): Fault | undefined {
    if (selection.actions.length > 0) return undefined;
    for (const [index, written] of selection.groups.entries()) {
      const reached = this.byGroup.get(written) ?? this.byGroup.get(parseGroup(written).group);
      if (!reached || this.isReached(reached, selection)) continue;
      return {
        field: 'groups',
        index,
        message: `found \`${written}\`, expected a group with a treatment in ${where(selection)}`,
      };
    }
    return undefined;
  }

  /** A treatment of an action, or of a channel, that is not among those selected. */
  private treatmentFault({ treatments, actions, groups, channels }: Selection): Fault | undefined {
    for (const [index, written] of treatments.entries()) {
      const [name = '', own = ''] = written.split('/');
      const action = this.rulebook.actions.get(name);
      const treatment = action?.treatments.find((one) => one.name === own);
      if (!action || !treatment) continue;
      const fits =
        (actions.length === 0 || actions.includes(name)) &&
        isListed(groups, action) &&
        (channels.length === 0 || channels.includes(treatment.channel));
      if (fits) continue;
      return {
        field: 'treatments',
        index,
        message: `found \`${written}\` of \`${action.group}\` in the channel \`${treatment.channel}\`, expected one that the other lists select`,
      };
    }
    return undefined;
  }

  private isReached(reached: ReadonlySet<string>, { channels, placements }: Selection): boolean {
    if (placements.length > 0) return placements.some((name) => reached.has(name));
    if (channels.length === 0) return true;
    for (const name of reached) {
      const channel = this.rulebook.placements.get(name)?.channel;
      if (channel !== undefined && channels.includes(channel)) return true;
    }
    return false;
  }
}

function isListed(
  groups: readonly string[],
  { group, issue }: { readonly group: string; readonly issue: string },
): boolean {
  return (
    groups.length === 0 || groups.some((written) => written === issue || parseGroup(written).group === group)
  );
}

function where({ channels, placements }: Selection): string {
  return placements.length > 0 ? `the placement ${listed(placements)}` : `the channel ${listed(channels)}`;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' or ');
}

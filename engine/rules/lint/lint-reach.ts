import type { Position } from '../../model/condition.ts';
import type { FactSource, Rulebook } from '../../model/rulebook.ts';
import type { Cursor } from '../cursor.ts';
import { conditionsUsed } from './conditions-used.ts';
import type { Finding, LintedBook } from './linted-book.ts';

/** What is defined and never comes into play: placements nothing can fill, names nobody uses, permission nobody gives. */
export function lintReach(book: LintedBook): void {
  lintPlacements(book);
  lintUnused(book);
  lintPurposes(book);
  lintTables(book);
}

/** An empty book has only begun. */
function lintPlacements({ rulebook, drafts, warn }: LintedBook): void {
  if (rulebook.actions.size === 0) return;
  for (const { name, at } of drafts.placements.drafts) {
    const placement = rulebook.placements.get(name);
    if (!placement || placement.candidates.some(({ treatments }) => treatments.length > 0)) continue;
    const { channel, candidates } = placement;
    warn({
      code: 'NBR_PLACEMENT_UNFILLED',
      at,
      message: `the placement \`${name}\`: expected an action with a treatment for it, found none; it ${placement.fallback === undefined ? 'stays empty' : 'only ever shows its fallback'}.`,
      hint:
        candidates.length === 0
          ? `No action has a treatment in the channel \`${channel}\`.`
          : `Add \`${name}\` to the \`placements\` of a treatment in the channel \`${channel}\`.`,
    });
  }
}

function lintUnused(book: LintedBook): void {
  const { rulebook, drafts, warn } = book;
  const report = (what: string, name: string, at: Position, hint: string) =>
    warn({
      code: 'NBR_UNUSED',
      at,
      message: `the ${what} \`${name}\`: expected something that uses it, found nothing.`,
      hint,
    });
  const used = conditionsUsed(book);
  for (const { name, at } of drafts.conditions.drafts) {
    if (!used.has(name))
      report('condition', name, at, `Use it with \`{ condition: ${name} }\`, or delete it.`);
  }
  for (const { name, at } of drafts.overlays.drafts) {
    if (!isOverlayUsed(name, rulebook))
      report('overlay', name, at, `Read it in a condition as \`overlay.${name}.*\`, or delete it.`);
  }
  const budgets = new Set([...rulebook.actions.values()].flatMap((action) => action.budgets));
  for (const { name, value, at } of drafts.budgets.drafts) {
    if (!budgets.has(name) && value.match === undefined)
      report(
        'budget',
        name,
        at,
        `Name it in the \`budgets\` of an action, give it a \`match\`, or delete it.`,
      );
  }
  const channels = new Set([...rulebook.placements.values()].map(({ channel }) => channel));
  for (const { treatments } of rulebook.actions.values())
    for (const { channel } of treatments) channels.add(channel);
  for (const { name, at } of drafts.channels.drafts) {
    if (!channels.has(name)) report('channel', name, at, 'Define a placement in it, or delete it.');
  }
}

/** Some condition reads it, or the text of some content speaks of it. */
function isOverlayUsed(name: string, book: Rulebook): boolean {
  const { facts, actions, placements, timeZones, jurisdictions } = book;
  if ([...facts, ...timeZones.from, ...jurisdictions.from].some(({ source }) => overlayOf(source) === name))
    return true;
  const contents = [
    ...[...actions.values()].flatMap(({ treatments }) => treatments.map(({ content }) => content)),
    ...[...placements.values()].flatMap(({ fallback }) => fallback ?? []),
  ];
  return contents.some(({ source }) => {
    const text = JSON.stringify(source);
    return text.includes('overlay') && text.includes(name);
  });
}

function overlayOf(source: FactSource): string | undefined {
  return source.kind === 'overlay'
    ? source.overlay
    : source.kind === 'before'
      ? overlayOf(source.of)
      : undefined;
}

/** A file of separated values that no overlay reads. */
function lintTables({ drafts, warn }: LintedBook): void {
  for (const path of drafts.tables.keys()) {
    if (drafts.tablesUsed.has(path)) continue;
    warn({
      code: 'NBR_UNUSED',
      at: { file: path, place: { line: 1, column: 1 }, label: path },
      message: `the file \`${path}\`: expected an overlay that reads it, found none.`,
      hint: `Name it as the \`file\` of an overlay, or move it out of the rules folder.`,
    });
  }
}

/** Where the book reads permission from events at all, it must read every permission it asks for. */
function lintPurposes({ rulebook, drafts, warn }: LintedBook): void {
  if (drafts.consent.length === 0) return;
  const granted = new Set(drafts.consent.flatMap(({ value }) => value.grants ?? []));
  for (const { name, value, at } of drafts.hierarchy.drafts) {
    if (value.purpose === undefined || granted.has(value.purpose)) continue;
    warn(ungranted(`the level \`${name}\``, value.purpose, at));
  }
  for (const { name, at } of drafts.actions.drafts) {
    const purpose = rulebook.actions.get(name)?.own.purpose;
    if (purpose === undefined || granted.has(purpose)) continue;
    warn(ungranted(`the action \`${name}\``, purpose, at));
  }
}

function ungranted(what: string, purpose: string, at: Cursor): Finding {
  return {
    code: 'NBR_PURPOSE_NEVER_GRANTED',
    at: at.at('purpose'),
    message: `${what}: found the purpose \`${purpose}\`, expected one that a rule of \`consent\` grants; as it is, nobody is ever asked.`,
    hint: `Grant it in \`consent\`: \`{ on: ..., grants: ${purpose} }\`.`,
  };
}

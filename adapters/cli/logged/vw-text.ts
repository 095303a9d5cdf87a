import type { JsonObject } from '../../../engine/index.ts';
import {
  type LoggedRecord,
  type LogReader,
  Misread,
  numberFrom,
  probabilityFrom,
  readBelow,
  recordAt,
} from './logged-record.ts';

/**
 * Decisions in the text format of Vowpal Wabbit's `--cb_adf` and `--cb_explore_adf`: a block of lines a decision, blocks
 * parted by blank lines; first what is shared, then a line an action. The line of the chosen action begins with
 * `action:cost:probability`, of which the action counts for nothing; the reward is the cost with its sign turned.
 */
export function vwTextReader(): LogReader {
  let block: { readonly line: number; readonly lines: string[] } | undefined;
  const close = (): LoggedRecord | undefined => {
    const whole = block;
    block = undefined;
    return whole && recordAt(whole.line, () => decisionOf(whole.line, whole.lines));
  };
  return {
    take: (text, line) => {
      if (text.trim() === '') return close();
      block ??= { line, lines: [] };
      block.lines.push(text.trim());
      return undefined;
    },
    end: close,
  };
}

interface ActionLine {
  readonly label: string;
  readonly features: string;
}

function decisionOf(line: number, lines: readonly string[]): LoggedRecord {
  const [first = ''] = lines;
  const shared = /^shared(?=[\s|])/.test(first) ? 1 : 0;
  const actions = lines.slice(shared).map((text, at) => readBelow(shared + at, () => partsOf(text)));
  if (actions.length === 0)
    throw new Misread('actions', undefined, 'a line for every action, after the shared one');
  const chosen = labelledPlace(actions);
  const offered = namesOf(actions);
  const decision = {
    action: offered[chosen] ?? '',
    ...readBelow(shared + chosen, () => outcomeOf(actions[chosen]?.label ?? '')),
    offered,
    ...(shared > 0 && { context: contextOf(partsOf(first).features) }),
  };
  return { kind: 'decision', line, decision };
}

function labelledPlace(actions: readonly ActionLine[]): number {
  const places = actions.flatMap(({ label }, at) => (label.includes(':') ? [at] : []));
  const [chosen] = places;
  if (chosen !== undefined && places.length === 1) return chosen;
  const expected = 'one line of the block with action:cost:probability, and a blank line between blocks';
  throw new Misread('label', places.length === 0 ? undefined : `${places.length} labels`, expected);
}

function outcomeOf(label: string): { readonly probability: number; readonly reward: number } {
  const [, cost, probability, ...more] = label.split(':');
  if (more.length > 0) throw new Misread('label', label, 'action:cost:probability');
  return { probability: probabilityFrom('probability', probability), reward: 0 - numberFrom('cost', cost) };
}

function partsOf(text: string): ActionLine {
  const bar = text.indexOf('|');
  if (bar === -1) throw new Misread('features', text, 'a bar "|" before the features');
  // Behind the label may stand an importance and a tag.
  const [label = ''] = text.slice(0, bar).trim().split(/\s+/);
  return { label, features: text.slice(bar).trim() };
}

/** What an action is by: its features, else its place; actions of the same features are told apart by their place. */
function namesOf(actions: readonly ActionLine[]): readonly string[] {
  const seen = new Set<string>();
  return actions.map(({ features }, index) => {
    const words = features.replace(/^\|\s*/, '').trim();
    const name = words === '' || seen.has(words) ? `${words}#${index + 1}` : words;
    seen.add(name);
    return name;
  });
}

/** Features by namespace: `|user age:30 city=Oslo` is `{ user: { age: 30, "city=Oslo": 1 } }`. */
function contextOf(features: string): JsonObject {
  const spaces: Record<string, JsonObject> = {};
  for (const part of features.split('|').slice(1)) {
    const isNamed = part !== '' && !/^\s/.test(part);
    const words = part
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    const [space = ''] = isNamed ? (words.shift() ?? '').split(':') : [''];
    spaces[space] = Object.fromEntries(words.map(featureOf));
  }
  return spaces;
}

function featureOf(word: string): readonly [string, number] {
  const colon = word.lastIndexOf(':');
  return colon === -1 ? [word, 1] : [word.slice(0, colon), numberFrom('feature', word.slice(colon + 1))];
}

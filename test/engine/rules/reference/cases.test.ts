import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Engine, Rule, type RuleProperties } from 'json-rules-engine';
import { describe, expect, it } from 'vitest';
import { copyOf } from '../../../../adapters/reference/reference.ts';
import { readPath } from '../../../../engine/facts/read-path.ts';
import type { Rulebook } from '../../../../engine/model/rulebook.ts';
import { ConditionIndex } from '../../../../engine/rules/matcher/condition-index.ts';
import { compileFiles } from '../sample-book.ts';
import type { Written } from './random-conditions.ts';
import type { Facts } from './random-facts.ts';

/** Rules of json-rules-engine as a file has them, and which events they emit for which facts. */
interface Case {
  readonly title: string;
  /** A rule, a list of rules, or either as the text that `toJSON` writes. */
  readonly rules: unknown;
  /** Shared conditions by name. */
  readonly conditions?: Readonly<Record<string, Written>>;
  /** `throws`: json-rules-engine throws, and the rule does not fire. */
  readonly asked?: readonly {
    readonly facts: Facts;
    readonly events?: readonly string[];
    readonly throws?: true;
  }[];
  /** What is reported instead, in the order of the file; `hint` is a part of the hint. */
  readonly refused?: readonly { readonly code: string; readonly hint?: string }[];
}

const folder = join(import.meta.dirname, 'cases');
const settings = `channels: { web: { direction: pull } }
placements: { spot: { channel: web, fallback: {} } }
`;

function compile({ rules, conditions }: Pick<Case, 'rules' | 'conditions'>) {
  return compileFiles({
    'rules.json': JSON.stringify(rules, undefined, 2),
    'settings.yaml': settings,
    ...(conditions && { 'shared.json': JSON.stringify({ conditions }) }),
  });
}

function engineOf({ rules, conditions = {} }: Case): Engine {
  const engine = new Engine(rulesOf(rules), { allowUndefinedFacts: true });
  for (const [name, condition] of Object.entries(conditions)) engine.setCondition(name, copyOf(condition));
  return engine;
}

function rulesOf(written: unknown): Rule[] {
  const list: readonly unknown[] = Array.isArray(written) ? written : [written];
  return list.map((rule) => new Rule(structuredClone(rule) as RuleProperties | string));
}

/** The events that json-rules-engine emits; undefined when it throws. */
async function referenceEvents(entry: Case, facts: Facts) {
  try {
    return namesOf((await engineOf(entry).run(facts)).events.map(({ type }) => type));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** What a program writes that saves its rules, or the results of its last run, as JSON. */
async function savedFormsOf(entry: Case, facts: Facts): Promise<readonly unknown[]> {
  const rules: unknown = JSON.parse(JSON.stringify(rulesOf(entry.rules)));
  if ((await referenceEvents(entry, facts)) === undefined) return [rules];
  const { results, failureResults } = await engineOf(entry).run(facts);
  const saved: unknown = JSON.parse(JSON.stringify([...results, ...failureResults]));
  const plain = [...results, ...failureResults].map((result) => result.toJSON(false));
  return [rules, saved, JSON.parse(JSON.stringify(plain))];
}

/** The actions that are eligible: by their conditions, and by an index over them. */
function ownEvents({ actions, facts: slots }: Rulebook, facts: Facts) {
  const values = slots.map(({ source }) => ('path' in source ? readPath(facts, source.path) : undefined));
  const conditions = [...actions.values()].map(({ eligibility }) => eligibility);
  const bits = new ConditionIndex(conditions.map((condition) => condition?.tree)).match(values);
  const names = [...actions.keys()];
  return {
    closures: namesOf(names.filter((_, index) => conditions[index]?.holds(values))),
    index: namesOf(names.filter((_, index) => (((bits[index >> 5] ?? 0) >>> (index & 31)) & 1) === 1)),
  };
}

/** In one order, without repeats, as names of actions: letters, digits, dashes and underscores. */
function namesOf(events: readonly string[]): readonly string[] {
  const names = events.map((event) => event.replace(/[^\w-]+/g, '-').replace(/-+$/, ''));
  return [...new Set(names)].sort();
}

describe.each(readdirSync(folder))('%s', (file) => {
  const cases = JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[];

  it.each(cases.map((entry) => [entry.title, entry] as const))('%s', async (_, entry) => {
    const { rulebook, diagnostics } = compile(entry);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    if (entry.refused) {
      expect(errors.map(({ code }) => code)).toEqual(entry.refused.map(({ code }) => code));
      for (const [index, { hint }] of entry.refused.entries()) {
        if (hint !== undefined) expect(errors[index]?.hint).toContain(hint);
      }
      return;
    }
    expect(errors).toEqual([]);
    if (!rulebook) throw new Error('not compiled');
    for (const { facts, events, throws } of entry.asked ?? []) {
      const expected = throws ? undefined : namesOf(events ?? []);
      expect(await referenceEvents(entry, facts), JSON.stringify(facts)).toEqual(expected);
      const found = { closures: expected ?? [], index: expected ?? [] };
      expect(ownEvents(rulebook, facts), JSON.stringify(facts)).toEqual(found);
    }
  });
});

describe('a rule', () => {
  const entries = readdirSync(folder)
    .flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as readonly Case[])
    .filter(({ asked }) => asked);

  it.each(entries.map((entry) => [entry.title, entry] as const))(
    'loads as json-rules-engine saves it: %s',
    async (_, entry) => {
      const original = compile(entry).rulebook;
      for (const { facts } of entry.asked ?? []) {
        for (const rules of await savedFormsOf(entry, facts)) {
          const { rulebook, diagnostics } = compile({ ...entry, rules });
          expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
          if (!rulebook || !original) throw new Error('not compiled');
          expect(ownEvents(rulebook, facts)).toEqual(ownEvents(original, facts));
        }
      }
    },
  );
});

it('the cases hold every operator and decorator', () => {
  const text = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join();
  const operators = ['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain', 'lessThan'];
  const others = ['lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
  const decorators = ['someFact', 'everyFact', 'someValue', 'everyValue', 'not', 'swap'];
  for (const name of [...operators, ...others]) expect(text).toContain(`"operator": "${name}"`);
  for (const name of decorators) expect(text).toContain(`"operator": "${name}:`);
});

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Compile } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { schema, schemaText } from '../../../../adapters/cli/commands/schema.ts';
import { parseRuleFile } from '../../../../adapters/rule-files/parse-rule-file.ts';
import { openLibraries } from '../../../../adapters/wiring/libraries.ts';
import { compileRulebook, type Json, type JsonObject, rulebookSchema } from '../../../../engine/index.ts';
import { folderOf } from '../../rule-files/folder.ts';

const project = new URL('../../../..', import.meta.url).pathname;
const schemaFile = join(project, 'rules/rulebook.schema.json');
const validator = Compile(JSON.parse(schemaText()) as object);

function ruleFilesIn(folder: string): readonly string[] {
  return readdirSync(join(project, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(project, join(entry.parentPath, entry.name)));
}

function documentsOf(file: string): readonly unknown[] {
  return parseRuleFile(file, readFileSync(join(project, file), 'utf8')).file.documents.map(
    ({ value }) => value,
  );
}

it('lies beside the rules as it is generated', () => {
  const hint = 'rules/rulebook.schema.json is out of date: write it with "npx nextbest schema --write rules"';
  expect(readFileSync(schemaFile, 'utf8') === schemaText(), hint).toBe(true);
});

it('is written where it is wanted', async () => {
  const folder = folderOf({});
  expect(await schema.run(['--write', folder])).toBe(0);
  expect(readFileSync(join(folder, 'rulebook.schema.json'), 'utf8')).toBe(schemaText());
});

it('describes every field, for editors to show', () => {
  const bare = [...fieldsIn(rulebookSchema(), '')].filter(
    ([, field]) => typeof field.description !== 'string',
  );
  expect(bare.map(([path]) => path)).toEqual([]);
});

/** The fields of every map that stands for a part of a rule document. */
function* fieldsIn(part: Json | undefined, path: string): Generator<readonly [string, JsonObject]> {
  if (typeof part !== 'object' || part === null) return;
  for (const [name, value] of Object.entries(part as JsonObject)) {
    // What follows from another field only adds to what was said of it already.
    if (name === 'if' || name === 'then') continue;
    if (name !== 'properties') {
      yield* fieldsIn(value, `${path}/${name}`);
      continue;
    }
    for (const [field, schema] of Object.entries(value as JsonObject)) {
      yield [`${path}/${field}`, schema as JsonObject];
      yield* fieldsIn(schema, `${path}/${field}`);
    }
  }
}

it.each(ruleFilesIn('rules'))(
  'begins each document of %s with a line that tells editors where it is',
  (file) => {
    const line = `# yaml-language-server: $schema=${relative(dirname(join(project, file)), schemaFile)}\n`;
    const documents = readFileSync(join(project, file), 'utf8').split(/^---\n/m);
    for (const document of documents) expect(document.startsWith(line)).toBe(true);
  },
);

it.each([...ruleFilesIn('rules'), ...ruleFilesIn('bench/rulebooks')])('accepts %s', (file) => {
  const faults = documentsOf(file).flatMap((value) =>
    validator.Check(value) ? [] : validator.Errors(value),
  );
  expect(faults).toEqual([]);
});

const action = 'action: a\ngroup: g\n';
const inTreatment = (fields: string) => `${action}treatments: { card: { ${fields} } }`;
const inTest = (fields: string) => `tests: [ { name: t, ask: { placement: p }, ${fields} } ]`;

const faults = {
  'an unknown field of an action': `${action}eligability: {}`,
  'an action without a group': 'action: a',
  'a number for a name': 'action: 7\ngroup: g',
  'an action name with a dot': 'action: a.b\ngroup: g',
  'a group of three parts': 'action: a\ngroup: x/y/z',
  'a value below zero': `${action}value: -1`,
  'a text for a value': `${action}value: twelve`,
  'a prior of nothing': `${action}prior: { positives: 0, negatives: 1 }`,
  'half a prior': `${action}prior: { positives: 1 }`,
  'a date that is none': `${action}valid: { from: soon }`,
  'a list for a map of costs': `${action}cost: [1]`,
  'a treatment without a channel': inTreatment('content: {}'),
  'an unknown field of a treatment': inTreatment('channel: web, placement: [p]'),
  'a placement name with a space': inTreatment('channel: web, placements: [home hero]'),
  'an unknown section': 'polices: {}',
  'a channel in no direction': 'channels: { web: {} }',
  'a channel in both directions': 'channels: { web: { direction: both } }',
  'a placement with room for nothing': 'placements: { p: { channel: web, limit: 0 } }',
  'a placement with half a limit': 'placements: { p: { channel: web, limit: 1.5 } }',
  'a factor that does not exist': 'placements: { p: { channel: web, without: [Q] } }',
  'a policy without a window': 'policies: { cap: { scope: action, limit: 1 } }',
  'a policy of an unknown scope': 'policies: { cap: { scope: everyone, limit: 1, within: 1d } }',
  'a duration in months': 'policies: { cap: { scope: action, limit: 1, within: 1 month } }',
  'an unknown outcome': 'outcomes: { o: { on: E, outcome: sold, within: 1d } }',
  'a budget of an unknown period': 'budgets: { b: { unit: contacts, total: 1, period: year } }',
  'a share above one': 'holdout: { share: 2 }',
  'a currency in small letters': 'currency: eur',
  'no event at all': 'triggers: { t: { on: [], ask: p } }',
  'a trigger that asks for nothing': 'triggers: { t: { on: E } }',
  'an unknown operator': `${action}eligibility: { fact: context.a, operator: equals, value: 1 }`,
  'an unknown decorator': `${action}eligibility: { fact: context.a, operator: "never:equal", value: 1 }`,
  'a comparison without an operator': `${action}eligibility: { fact: context.a, value: 1 }`,
  'a comparison without a value': `${action}eligibility: { fact: context.a, operator: equal }`,
  'two conditions in one': `${action}eligibility: { all: [], any: [] }`,
  'a list for a condition': `${action}eligibility: []`,
  'a map for a list of conditions': `${action}eligibility: { all: {} }`,
  'a fault deep inside': `${action}eligibility: { all: [ { not: { any: [ { fact: context.a } ] } } ] }`,
  'a value that its operator does not take': `${action}eligibility: { fact: context.a, operator: between, value: 3 }`,
  'a test that asks nobody': 'tests: [ { name: t, expect: { in: [a] } } ]',
  'a reason that does not exist': inTest('expect: { out: { a: because } }'),
  'an unknown status of consent': inTest(
    'customer: { consent: { marketing: yes } }, expect: { fallback: true }',
  ),
  'an event without a name': inTest('event: { properties: {} }, expect: { fallback: true }'),
  'an imported rule without an event type': 'conditions: { all: [] }\nevent: {}',
  'text alone': 'action',
};

describe('what the loader refuses, the schema refuses', () => {
  it.each(Object.entries(faults))('%s', (_title, yaml) => {
    const { file } = parseRuleFile('x.yaml', yaml);
    const { diagnostics } = compileRulebook({ files: [file], version: '1', libraries: openLibraries() });
    expect(diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(validator.Check(parseDocument(yaml).toJS())).toBe(false);
  });
});

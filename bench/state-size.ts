import { parseArgs } from 'node:util';
import { type CustomerState, encodeState, type Profile } from '../engine/index.ts';
import type { Figures, Measure } from './report/figures.ts';
import { ratioOf } from './report/ratio-of.ts';
import { sampleBook } from './state/sample-book.ts';
import { sampleCustomer } from './state/sample-customer.ts';

const about = {
  question: 'How many bytes is a customer with 40 features and 20 contacts, and what takes them?',
  workload:
    "200 seeded customers, each 60 events, 20 decisions and their outcomes through the real fold; a part's share is what the document loses without it, so texts and times that two parts share count for neither: those are the rest",
  baseline: 'the same state as JSON; the ratio is JSON divided by ours',
  notMeasured: 'what a store adds (`npm run bench -- memory`)',
};
/** It is over within seconds: its quick form is the same. */
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, json: { type: 'boolean', default: false } },
});
const customers = 200;

type Without = (state: CustomerState) => CustomerState;

const parts: Readonly<Record<string, Without>> = {
  features: inOwn({ features: {} }),
  contacts: inOwn({ contacts: [] }),
  traits: inOwn({ traits: {} }),
  consent: inOwn({ consent: {} }),
  seen: (state) => ({ ...state, seen: [] }),
  segments: (state) => ({ ...state, segments: {} }),
};

function inOwn(change: Partial<Profile>): Without {
  return (state) => ({ ...state, own: { ...state.own, ...change } });
}

function main(): void {
  const rulebook = sampleBook();
  const states = Array.from({ length: customers }, (_, number) => sampleCustomer(rulebook, number));
  const total = mean(states.map((state) => encodeState(state).length));
  const json = mean(states.map((state) => Buffer.byteLength(JSON.stringify(state))));
  const shares = Object.entries(parts).map(([name, without]) => {
    const left = mean(states.map((state) => encodeState(without(state)).length));
    return [name, total - left] as const;
  });
  const told = shares.reduce((sum, [, bytes]) => sum + bytes, 0);
  const counts = {
    features: rulebook.features.size,
    contacts: mean(states.map(({ own }) => own.contacts.length)),
    remembered_messages: mean(states.map(({ seen }) => seen.length / 2)),
  };
  const parted = [...shares, ['rest', total - told] as const];
  if (!options.json) {
    for (const [name, count] of Object.entries(counts)) print(name, count.toFixed(1));
    for (const [name, bytes] of parted) print(`bytes: ${name}`, bytes.toFixed(0));
    print('bytes: all', total.toFixed(0));
    print('bytes as JSON', json.toFixed(0));
  }
  const ratio = ratioOf([json], [total]);
  const all = { name: 'a customer', unit: 'bytes', ours: Math.round(total), theirs: Math.round(json), ratio };
  const measures = parted.map(
    ([name, bytes]): Measure => ({ name: `of it: ${name}`, unit: 'bytes', ours: Math.round(bytes) }),
  );
  const figures: Figures = {
    ...{ bench: 'state-size', about, ratio: ratio.median },
    ...{ measures: [all, ...measures], raw: { customers, ...counts } },
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(28)}${value.padStart(10)}\n`);
}

main();

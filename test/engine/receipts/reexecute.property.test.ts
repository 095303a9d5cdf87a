import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import {
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  inputOf,
  type JsonObject,
  type Receipt,
  reexecute,
} from '../../../engine/index.ts';
import {
  inOneGo,
  readTable,
  type TablesInForce,
  writeTable,
} from '../../../engine/overlays/reference-table.ts';
import { fromBase64, toBase64 } from '../../../engine/receipts/base64.ts';
import { makeReceipt, textOfReceipt } from '../../../engine/receipts/make-receipt.ts';
import { noteReads } from '../../../engine/receipts/note-reads.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon } from '../support/events.ts';
import { someState } from '../support/random-state.ts';

const book = bookOf(
  `${shopYaml
    .replace(
      'title: Guide }',
      'title: "{{ traits | json }} {{ overlay.regions | json }} {{ context | json }}" }',
    )
    .replace('exploration: 0,', 'exploration: 0.5,')}
---
overlays:
  regions: { attributes: { region: text, index: number }, key: context.postcode }
---
action: local
group: sales/local
value: 60
budgets: [vouchers]
eligibility: { fact: overlay.regions.index, operator: greaterThan, value: 10 }
treatments:
  hero: { channel: web, content: { title: Near you } }
`,
);

const header = {
  overlay: 'regions',
  attributes: { region: 'text', index: 'number' },
  source: 'regions.csv',
  at: noon,
} as const;
const table = inOneGo(
  readTable(
    inOneGo(
      writeTable(header, [
        ['0150', 'north', 12.5],
        ['0250', 'south', 7],
        ['0350', null, null],
      ]),
    ),
  ),
);

interface Asked {
  readonly context: JsonObject;
  readonly left: readonly number[];
  readonly tallies: Readonly<Record<string, readonly [number, number]>>;
  readonly seed: string;
  readonly explain: boolean;
  readonly limit: number | undefined;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  context: fc.record(
    {
      postcode: fc.constantFrom('0150', '0250', '0350', '9999', 150),
      page: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      nested: fc.dictionary(fc.string(), fc.array(fc.integer(), { maxLength: 3 }), { maxKeys: 3 }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>,
  left: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
  tallies: fc.dictionary(
    fc.constantFrom('voucher/hero', 'guide/hero', 'local/hero', 'nobody/asks'),
    fc.tuple(fc.nat(500), fc.nat(20)),
  ),
  seed: fc.string(),
  explain: fc.boolean(),
  limit: fc.constantFrom(undefined, 1, 3),
});

function inputFor(state: DecideInput['state'], { left, tallies, limit, ...request }: Asked): DecideInput {
  const tables: TablesInForce = { table: (name) => (name === 'regions' ? table : undefined) };
  return {
    ...request,
    ...(limit !== undefined && { limit }),
    id: '0-abcdefghijklmnopqrstuvwx' as DecisionId,
    tenant: defaultTenant,
    customer: state?.key ?? ('u:ada' as never),
    state,
    rulebook: book,
    model: { version: 7, tallies },
    cause: { kind: 'request', requestId: 'r' },
    now: noon + 1_000,
    placements: ['hero', 'side'],
    event: { name: 'Looked', properties: request.context },
    budgets: { left: (_name, wanted) => left[wanted % left.length] ?? 0 },
    tables,
  };
}

/** What is kept of it, once it has been through a stream. */
function keptOf(input: DecideInput): { readonly receipt: Receipt; readonly text: string } {
  const noted = noteReads(input);
  const text = JSON.stringify(decide(noted.input).decision);
  const making = { sha256, madeBy: {} };
  const kept = textOfReceipt({ ...makeReceipt(noted, { making, text }), salt: 'salt' });
  return { receipt: JSON.parse(kept) as Receipt, text };
}

const states = fc.option(someState, { nil: undefined, freq: 6 });

describe('a receipt', () => {
  it('gives its decision back, to the last byte, whatever the customer and the request', () => {
    fc.assert(
      fc.property(states, asked, (state, request) => {
        const { receipt, text } = keptOf(inputFor(state, request));
        const again = reexecute(receipt, book, sha256);
        expect(JSON.stringify(again?.result.decision)).toBe(text);
        expect(again?.matches).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is no other decision than one of which no receipt is made', () => {
    fc.assert(
      fc.property(states, asked, (state, request) => {
        const input = inputFor(state, request);
        expect(JSON.stringify(decide(input))).toBe(JSON.stringify(decide(noteReads(input).input)));
      }),
      { numRuns: 100 },
    );
  });

  it('holds of what is shared only what was looked at', () => {
    const request: Asked = {
      context: { postcode: '0150' },
      left: [3],
      tallies: { 'guide/hero': [10, 1], 'nobody/asks': [5, 5] },
      seed: 's',
      explain: false,
      limit: 1,
    };
    const { receipt } = keptOf(inputFor(undefined, request));
    expect(receipt.input).toMatchObject({
      model: { version: 7, tallies: { 'guide/hero': [10, 1] } },
      budgets: { vouchers: 3 },
      tables: { regions: { version: table.version, rows: [['0150', 'north', 12.5]] } },
    });
    expect(receipt.input?.state).toBeUndefined();
    expect(Object.keys(receipt.input?.model.tallies ?? {})).toEqual(['guide/hero']);
  });

  it('leaves out its input where that is larger than a stream takes', () => {
    const context = { text: 'x'.repeat(1_100_000) };
    const request: Asked = { context, left: [1], tallies: {}, seed: 's', explain: false, limit: 1 };
    const { receipt } = keptOf(inputFor(undefined, request));
    expect(receipt.input).toBeUndefined();
    expect(receipt).toMatchObject({ id: '0-abcdefghijklmnopqrstuvwx', rulebook: book.version });
    expect(inputOf(receipt, book)).toBeUndefined();
    expect(reexecute(receipt, book, sha256)).toBeUndefined();
  });
});

it('base64 is what everybody else takes for it, without the padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64').replace(/=+$/, ''));
      expect(fromBase64(text)).toEqual(Uint8Array.from(bytes));
    }),
  );
});

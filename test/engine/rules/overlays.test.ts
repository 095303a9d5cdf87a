import { describe, expect, it } from 'vitest';
import { runRulebookTests } from '../../../engine/index.ts';
import { lintWith } from './lint/clean-book.ts';
import { compileWith } from './sample-book.ts';

const overlays = `overlays:
  depots: { key: traits.postcode, file: data/depots.csv, column: plz, attributes: { depot: text, days: number } }
---
action: tonight
group: service/delivery
eligibility: { fact: overlay.depots.days, operator: lessThan, value: 2 }
treatments: { card: { channel: web, placements: [home-hero], content: { title: "From {{ overlay.depots.depot }}" } } }
tests:
  - name: looked up in the table itself
    customer: { traits: { postcode: "24103" } }
    ask: { placement: home-hero }
    expect: { in: [tonight] }
  - name: a value that stands in for the table
    customer: { traits: { postcode: "24103" }, overlay: { depots: { days: 3 } } }
    ask: { placement: home-hero }
    expect: { out: { tonight: eligibility } }
`;

function compileTable(table: string) {
  return compileWith({ 'z/overlays.yaml': overlays, 'data/depots.csv': table });
}

describe('a table beside the rules', () => {
  it('is read with its column, quotes and blank lines, and tests look it up', () => {
    const { rulebook, diagnostics } = compileTable(
      '\uFEFFplz,depot,note,days\r\n24103,"Kiel, East",x,1\r\n\r\n20095,"a\nb",,\r\n',
    );
    expect(diagnostics).toEqual([]);
    const join = rulebook?.overlays.get('depots')?.join;
    const table = join?.kind === 'key' ? join.file?.table : undefined;
    expect(table?.values('24103', 0)).toEqual({ depot: 'Kiel, East', days: 1 });
    expect(table?.values('20095', 0)).toEqual({ depot: 'a\nb' });
    if (!rulebook) throw new Error('it does not compile');
    const results = runRulebookTests(rulebook, 0).filter(({ test }) => test.file === 'z/overlays.yaml');
    expect(results.map(({ failures }) => failures)).toEqual([[], []]);
    const shown = results[0]?.decision.placements[0]?.treatments.map(({ content }) => content);
    expect(shown).toContainEqual({ title: 'From Kiel, East' });
  });

  it.each([
    ['a column that is missing', 'plz,depot\n1,a', 1, 'NBR_MISSING_FIELD', '`days`'],
    [
      'a row that is too short',
      'plz,depot,days\n1,a,1\n2,b',
      3,
      'NBR_WRONG_VALUE',
      'found 2 columns, expected 3',
    ],
    [
      'a value of another kind',
      'plz,depot,days\n1,a,soon',
      2,
      'NBR_WRONG_VALUE',
      'days: expected a number, found "soon"',
    ],
    ['a row without a key', 'plz,depot,days\n ,a,1', 2, 'NBR_WRONG_VALUE', 'expected a key in `plz`'],
    ['a key that comes twice', 'plz,depot,days\n1,a,1\n1,b,1', 3, 'NBR_DUPLICATE', 'it stands in line 2'],
    ['a column that stands there twice', 'plz,depot,days,days\n1,a,1,2', 1, 'NBR_DUPLICATE', '`days` again'],
    ['a quote that stays open', 'plz,depot,days\n1,"a,1\n2,b,2', 2, 'NBR_SYNTAX', 'never closed'],
    ['an empty file', '', 1, 'NBR_EMPTY_DOCUMENT', 'the names of the columns'],
  ])('is no table with %s', (_, table, line, code, message) => {
    const { rulebook, diagnostics } = compileTable(table);
    expect(rulebook).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { code, file: 'data/depots.csv', line, column: 1, severity: 'error' },
    ]);
    expect(diagnostics[0]?.message).toContain(message);
  });
});

describe('the lint knows overlays:', () => {
  const stay = (condition: string, more = '') => `overlays:
  scores: { attributes: { churn: number, band: text } }
---
action: stay
group: service/guides
value: 2
eligibility: ${condition}
treatments: { card: { channel: web, placements: [home], content: { title: Stay } } }
${more}`;
  const findings = (source: string, files: Readonly<Record<string, string>> = {}) =>
    lintWith({ 'z/overlays.yaml': source, ...files }).diagnostics.map(
      ({ code, message }) => `${code} ${message}`,
    );

  it('a value of another kind than an attribute has', () => {
    const [finding, ...others] = findings(
      stay('{ fact: overlay.scores.churn, operator: equal, value: high }'),
    );
    expect(finding).toMatch(/NBR_WRONG_FACT_TYPE.*a number, or missing/);
    expect(others).toEqual([]);
  });

  it('a test with a value that no customer has', () => {
    const tests =
      'tests:\n  - name: t\n    customer: { overlay: { scores: { churn: much } } }\n    ask: { placement: home }\n    expect: { out: { stay: eligibility } }\n';
    const found = findings(stay('{ fact: overlay.scores.churn, operator: greaterThan, value: 1 }', tests));
    expect(found).toEqual([
      expect.stringMatching(/NBR_WRONG_FACT_TYPE customer.overlay.scores.churn|NBR_WRONG_FACT_TYPE .*churn/),
    ]);
  });

  it('an overlay that nothing reads, and a table that no overlay reads', () => {
    const unused = 'overlays:\n  scores: { attributes: { churn: number } }\n';
    expect(findings(unused, { 'data/old.csv': 'a,b\n' })).toEqual([
      expect.stringMatching(/NBR_UNUSED the file `data\/old.csv`/),
      expect.stringMatching(/NBR_UNUSED the overlay `scores`/),
    ]);
  });

  it('that the text of a content may be the only one to read it', () => {
    const source = `overlays:
  scores: { attributes: { band: text } }
---
action: stay
group: service/guides
value: 2
treatments: { card: { channel: web, placements: [home], content: { title: "{{ overlay.scores.band }}" } } }
`;
    expect(findings(source)).toEqual([]);
  });
});

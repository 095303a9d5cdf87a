import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { fullExplanationToWire } from '../../../adapters/http/map-explanation.ts';
import { FullExplanationBody } from '../../../adapters/http/schemas-explain.ts';
import { decide, explainDecision } from '../../../engine/index.ts';
import { book, request } from '../../engine/explain/random-world.ts';

it('describes every explanation as it is sent, with nothing beside what is described', () => {
  fc.assert(
    fc.property(book, fc.array(request, { minLength: 5, maxLength: 5 }), (rulebook, requests) => {
      for (const requestOn of requests) {
        const input = requestOn(rulebook);
        const wire: unknown = JSON.parse(
          JSON.stringify(fullExplanationToWire(explainDecision(input, decide(input)))),
        );
        expect(Value.Errors(FullExplanationBody, wire)).toEqual([]);
        expect(Value.Clean(FullExplanationBody, structuredClone(wire))).toEqual(wire);
      }
    }),
    { numRuns: 8 },
  );
});

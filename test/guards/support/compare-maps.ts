import { openFrame } from '../../../engine/decide/frame.ts';
import { type CustomerState, decide, decodeState, encodeState } from '../../../engine/index.ts';
import { hotInputs } from './hot-inputs.ts';

/** Prints how many hidden classes the objects of each kind have. To be run with `--allow-natives-syntax`. */

// What is written with a percent sign is no JavaScript but for V8, so it is no text of this file either.
const haveSameMap = new Function('one', 'other', 'return %HaveSameMap(one, other)') as (
  one: object,
  other: object,
) => boolean;

function shapes(objects: readonly object[]): number {
  const kinds: object[] = [];
  for (const one of objects) if (!kinds.some((kind) => haveSameMap(kind, one))) kinds.push(one);
  return kinds.length;
}

const inputs = hotInputs();
// As a server has them after a start: what it folds itself takes the same shapes once V8 has compiled the fold.
const states: readonly CustomerState[] = inputs.flatMap(({ state }) =>
  state ? decodeState(encodeState(state)) : [],
);
const results = inputs.map((input) => decide(input));
const explained = inputs.map((input) => decide({ ...input, explain: true }));
const decisions = [...results, ...explained].map(({ decision }) => decision);
const placements = decisions.flatMap((decision) => decision.placements);

process.stdout.write(
  JSON.stringify({
    states: shapes(states),
    profiles: shapes(states.map(({ own }) => own)),
    contacts: shapes(states.flatMap(({ own }) => own.contacts)),
    frames: shapes(inputs.map(openFrame)),
    results: shapes(results),
    decisions: shapes(decisions),
    placements: shapes(placements),
    treatments: shapes(placements.flatMap(({ treatments }) => treatments)),
  }),
);

import type { Exploration } from '../model/rulebook.ts';
import { defaulted, object } from './object-shape.ts';
import { number } from './scalar-shapes.ts';
import { definitionsOf, invalid, isMap, type Shape } from './shape.ts';

export const noExploration: Exploration = { kind: 'share', rate: 0 };

const share = number({ min: 0, max: 1 });

const weighed = object('an exploration that weighs', {
  floor: defaulted(share, 0.01, 'Shared out evenly: what every option gets at least, however badly it does.'),
  uniform: defaulted(share, 0.01, 'Share of decisions that are filled evenly, to measure by.'),
  gamma: defaulted(
    number({ min: 0 }),
    200,
    'How soon it stops trying what falls short of the best; more is sooner.',
  ),
});

/** A share of decisions, or how options are weighed. */
export const explorationShape: Shape<Exploration> = {
  expected: 'a number from 0 to 1, or a map',
  schema: { anyOf: [share.schema, weighed.schema] },
  ...definitionsOf([weighed]),
  read: (value, at) => {
    if (isMap(value)) {
      const read = weighed.read(value, at);
      return read === invalid ? invalid : { kind: 'weighed', ...read };
    }
    const rate = share.read(value, at);
    return rate === invalid ? invalid : { kind: 'share', rate };
  },
};

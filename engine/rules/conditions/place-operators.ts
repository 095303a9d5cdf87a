import type { FactOperand, LiteralOperand } from '../../model/condition.ts';
import type { FactValues } from '../../model/rulebook.ts';
import { object, required } from '../object-shape.ts';
import { number } from '../scalar-shapes.ts';
import { invalid, isMap, type Shape, wrongValue } from '../shape.ts';
import { operandValue } from './condition-tree.ts';
import { factReference } from './fact-reference.ts';
import type { ComparingOperator, LiteralShape } from './operator-definition.ts';
import { distanceKm, placeExpected } from './places.ts';

interface Circle {
  readonly of: FactOperand | LiteralOperand;
  readonly km: number;
}

const coordinate = { type: 'number' };
const centre: Shape<unknown> = {
  expected: `${placeExpected} or \`{ fact: ... }\``,
  schema: {
    anyOf: [
      { type: 'array', items: coordinate, minItems: 2, maxItems: 2 },
      { type: 'object', properties: { lat: coordinate, lon: coordinate }, required: ['lat', 'lon'] },
      {
        type: 'object',
        properties: { latitude: coordinate, longitude: coordinate },
        required: ['latitude', 'longitude'],
      },
      { type: 'string' },
      factReference,
    ],
  },
  read: (value, at) => {
    if ((isMap(value) && Object.hasOwn(value, 'fact')) || distanceKm(value, value) === 0) return value;
    return wrongValue(at, centre.expected, value, 'Latitude (north) comes first, then longitude (east).');
  },
};

/** Half the way round the earth: everything is nearer than that. */
const farthestKm = 20_000;

const circleShape = object('a distance from a place', {
  of: required(centre, 'The place, or a fact that holds one.'),
  km: required(number({ min: 0, max: farthestKm }), 'At most so many kilometres away.'),
});

const circle: LiteralShape = {
  expected: '`{ of: [lat, lon], km: 5 }`',
  schema: circleShape.schema,
  read: (value, at, context) => {
    const read = circleShape.read(value, at);
    if (read === invalid) return invalid;
    const { of, km } = read;
    if (!isMap(of) || !Object.hasOwn(of, 'fact')) return { of: { literal: of }, km } satisfies Circle;
    const fact = context.lookAt(of, at.at('of'));
    return fact === invalid ? invalid : ({ of: fact, km } satisfies Circle);
  },
};

export const placeOperators: Readonly<Record<string, ComparingOperator>> = {
  withinKm: {
    form: 'comparison',
    takes: 'place',
    reference: false,
    literal: circle,
    compare: isWithin,
  },
};

function isWithin(fact: unknown, value: unknown, facts: FactValues = []): boolean {
  const { of, km } = value as Circle;
  return distanceKm(fact, operandValue(of, facts)) <= km;
}

import type { JurisdictionRules, ZoneRules } from '../model/quiet-hours.ts';
import type { BookContext } from './book-context.ts';
import { list, mapOf } from './collection-shapes.ts';
import { compileGuesses } from './compile-guesses.ts';
import type { Cursor } from './cursor.ts';
import { jurisdictionName } from './names.ts';
import { defaulted, object, optional, type Values } from './object-shape.ts';
import { name, text } from './scalar-shapes.ts';
import { definitionsOf, invalid, type Shape } from './shape.ts';

/** Whose clock counts for a customer, and in which country they are. */

const zoneFields = {
  default: defaulted(text, 'UTC', 'Time zone of customers of whom none is known, such as `Europe/Oslo`.'),
  from: optional(
    list(text, { min: 1 }),
    'Where it may be told, the most trusted first: facts such as `traits.timeZone`.',
  ),
  byJurisdiction: defaulted(
    mapOf(jurisdictionName, text),
    {},
    'Time zones of countries, or parts of them, for customers whose own nobody told.',
  ),
};
const zoneMap = object('a time zone setting', zoneFields);

/** The name of the default alone, or the whole setting. */
export const timeZoneShape: Shape<Values<typeof zoneFields>> = {
  expected: 'the name of a time zone such as `Europe/Oslo`, or a map',
  schema: { anyOf: [text.schema, zoneMap.schema] },
  ...definitionsOf([zoneMap]),
  read: (value, at) => {
    if (typeof value !== 'string') return zoneMap.read(value, at);
    const zone = text.read(value, at);
    return zone === invalid ? invalid : { default: zone, from: undefined, byJurisdiction: {} };
  },
};
export type TimeZoneFields = Values<typeof zoneFields>;

const zonesToldAt = ['traits.timeZone', 'traits.timezone', 'context.timeZone', 'context.timezone'];

export function compileTimeZones(context: BookContext): ZoneRules {
  const { draft } = context.drafts.timeZone;
  const { has, offsetMs } = context.libraries.timeZones;
  const { default: fallback, from, byJurisdiction } = draft?.value ?? zonesDefault;
  if (draft) {
    // Where the name alone is written, a place below the setting is the setting itself.
    checkZone(fallback, draft.at.at('default'), has);
    for (const [place, zone] of Object.entries(byJurisdiction))
      checkZone(zone, draft.at.at('byJurisdiction', place), has);
  }
  return {
    from: compileGuesses({ written: from ?? zonesToldAt, at: draft?.at.at('from') }, context),
    byJurisdiction: new Map(Object.entries(byJurisdiction)),
    fallback,
    has,
    offsetMs,
  };
}

const zonesDefault: TimeZoneFields = { default: 'UTC', from: undefined, byJurisdiction: {} };

function checkZone(zone: string, at: Cursor, has: ZoneRules['has']): void {
  if (has(zone)) return;
  at.error(
    'NBR_WRONG_VALUE',
    `timeZone: expected an IANA time zone such as \`Europe/Oslo\`, found "${zone}".`,
    'Write the continent and the city; offsets such as `+01:00` know no summer time.',
  );
}

const jurisdiction = name(jurisdictionName);

const jurisdictionFields = {
  default: optional(jurisdiction, 'Where customers are taken to be of whom nothing is known, such as `NO`.'),
  from: optional(
    list(text, { min: 1 }),
    'Where it may be told, the most trusted first: facts such as `traits.country`.',
  ),
};

export const jurisdictionShape = object('a jurisdiction setting', jurisdictionFields);
export type JurisdictionFields = Values<typeof jurisdictionFields>;

const jurisdictionsToldAt = ['traits.country', 'context.country'];

export function compileJurisdictions(context: BookContext): JurisdictionRules {
  const { draft } = context.drafts.jurisdiction;
  const written = draft?.value.from ?? jurisdictionsToldAt;
  const fallback = draft?.value.default;
  return {
    from: compileGuesses({ written, at: draft?.at.at('from') }, context),
    ...(fallback !== undefined && { fallback }),
  };
}

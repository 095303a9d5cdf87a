import type { DefinitionPlace } from '../model/condition.ts';
import type { ConsentRule } from '../model/rulebook.ts';
import { addTo, type BookContext, compileOptional } from './book-context.ts';
import { oneOrMany } from './collection-shapes.ts';
import { condition } from './conditions/condition-fields.ts';
import { eventFacts } from './conditions/fact-scope.ts';
import type { Cursor } from './cursor.ts';
import { readEventPath } from './event-path.ts';
import { purposePattern, subjectNamePattern } from './names.ts';
import { object, optional, required, type Values } from './object-shape.ts';
import { duration, inWords, name, text } from './scalar-shapes.ts';

const changes = ['grants', 'denies', 'withdraws'] as const;
const statusOf = { grants: 'granted', denies: 'denied', withdraws: 'withdrawn' } as const;

const purpose = name(purposePattern);
const fields = {
  on: required(oneOrMany(text), 'Events that change consent.'),
  grants: optional(purpose, 'Purpose that is granted.'),
  denies: optional(purpose, 'Purpose that is denied.'),
  withdraws: optional(purpose, 'Purpose that is withdrawn.'),
  channel: optional(name(subjectNamePattern), 'Only for this channel.'),
  expires: optional(
    duration(),
    'How long a grant counts, such as `730d`; without it, until it is taken back.',
  ),
  expiresAt: optional(
    text,
    'Where the event tells when the grant ends, such as `properties.validUntil`; goes before `expires`.',
  ),
  where: optional(condition, 'Only events that satisfy this condition on `event.*`.'),
};

export const consentShape = object('a consent rule', fields);
export type ConsentFields = Values<typeof fields>;

export interface CompiledConsent {
  readonly consentByEvent: ReadonlyMap<string, readonly ConsentRule[]>;
  readonly consentPlaces: ReadonlyMap<ConsentRule, DefinitionPlace>;
}

export function compileConsent(context: BookContext): CompiledConsent {
  const consentByEvent = new Map<string, ConsentRule[]>();
  const consentPlaces = new Map<ConsentRule, DefinitionPlace>();
  for (const { value, at } of context.drafts.consent) {
    const rule = compileRule(value, at, context);
    if (!rule) continue;
    consentPlaces.set(rule, at);
    for (const event of rule.events) addTo(consentByEvent, event, rule);
  }
  return { consentByEvent, consentPlaces };
}

function compileRule(value: ConsentFields, at: Cursor, context: BookContext): ConsentRule | undefined {
  const where = compileOptional(value.where, at.at('where'), { context, allowed: eventFacts });
  const { on: events, channel } = value;
  if (channel !== undefined) context.names.check('channel', channel, at.at('channel'));
  const [change, ...others] = changes.filter((name) => value[name] !== undefined);
  const changed = change && value[change];
  if (change === undefined || changed === undefined || others.length > 0) {
    const code = change === undefined ? 'NBR_MISSING_FIELD' : 'NBR_CONFLICTING_FIELDS';
    const found = change === undefined ? 'none' : inWords([change, ...others]);
    at.error(code, `${at.label}: expected exactly one of ${inWords(changes)}, found ${found}.`);
    return undefined;
  }
  const { expires, expiresAt } = value;
  const expiresFrom = expiresAt === undefined ? undefined : readEventPath(expiresAt, at.at('expiresAt'));
  if (change !== 'grants') refuseExpiry(value, change, at);
  return {
    events,
    where,
    status: statusOf[change],
    purpose: changed,
    ...(channel !== undefined && { channel }),
    ...(expires !== undefined && { expiresMs: expires }),
    ...(expiresFrom !== undefined && { expiresFrom }),
  };
}

/** Only what was given can come to an end: a "no" stands until there is a "yes". */
function refuseExpiry(value: ConsentFields, change: string, at: Cursor): void {
  for (const field of ['expires', 'expiresAt'] as const) {
    if (value[field] === undefined) continue;
    at.at(field).errorInKey(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: found \`${field}\` beside \`${change}\`, expected it beside \`grants\` only.`,
      'A permission that was refused or taken back stays so until it is given again.',
    );
  }
}

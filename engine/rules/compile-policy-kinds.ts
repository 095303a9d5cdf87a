import { unreachable } from '../assert.ts';
import type { ContactPolicy, ContactWindow } from '../model/contact-policy.ts';
import type { BookContext } from './book-context.ts';
import type { Cursor } from './cursor.ts';
import type { PolicyFields, PolicyKindField } from './policy-shape.ts';

/** Where a policy is written, and what it is compiled with. */
export interface PolicyPlace {
  readonly at: Cursor;
  readonly context: BookContext;
}

/** What every kind of policy has. */
type Base = Pick<ContactPolicy, 'name' | 'match' | 'when'>;

/** The policy, once it is known which kind it is and that its fields are there; undefined where one is at fault. */
export function policyOfKind(
  base: Base,
  field: PolicyKindField,
  value: PolicyFields,
  place: PolicyPlace,
): ContactPolicy | undefined {
  const { limit, pause: pauseMs, rest: restMs, after, scope, hours, exclusive, notAfter } = value;
  switch (field) {
    case 'limit': {
      const window = windowOf(value, place);
      if (limit === undefined || scope === undefined || !window) return undefined;
      return { ...base, kind: 'cap', scope, ...counting(value, place), limit, window };
    }
    case 'pause':
      if (pauseMs === undefined || scope === undefined) return undefined;
      return { ...base, kind: 'cool-down', scope, ...counting(value, place), pauseMs };
    case 'rest': {
      if (restMs === undefined || scope === undefined || !after) return undefined;
      const { outcome, times, within: withinMs } = after;
      return { ...base, kind: 'rest', scope, after: { outcome, times, withinMs }, restMs };
    }
    case 'forbid':
      return { ...base, kind: 'forbid' };
    case 'hours':
      return hours && compileHours(base, hours, place.at.at('hours'));
    case 'exclusive':
      if (!exclusive || !isWide(scope, place.at)) return undefined;
      return {
        ...base,
        kind: 'exclusive',
        scope: scope ?? 'customer',
        ...counting(value, place),
        withinMs: exclusive.within,
      };
    case 'notAfter':
      return notAfter && compileRelated(base, value, notAfter, place);
    default:
      return unreachable(field);
  }
}

function counting(
  { counts = 'decided', reserve: reserveMs }: PolicyFields,
  { at }: PolicyPlace,
): Pick<Extract<ContactPolicy, { kind: 'cap' }>, 'counts' | 'reserveMs'> {
  if (reserveMs !== undefined && counts === 'decided') {
    at.at('reserve').error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected \`reserve\` beside an outcome that is counted, found it beside \`decided\`.`,
      'A contact that counts when it is decided needs no reservation.',
    );
  }
  return { counts, ...(reserveMs !== undefined && { reserveMs }) };
}

function windowOf({ within, visits }: PolicyFields, { at, context }: PolicyPlace): ContactWindow | undefined {
  if (visits !== undefined && within !== 'visit') {
    at.at('visits').error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected no \`visits\` unless it is \`within: visit\`, found one.`,
    );
    return undefined;
  }
  if (typeof within === 'number') return { kind: 'rolling', ms: within };
  switch (within) {
    case undefined:
      return undefined;
    case 'day':
    case 'week':
    case 'month':
      return { kind: 'calendar', period: within };
    case 'visit':
      return visitWindow(visits, { at, context });
    default:
      return { kind: within };
  }
}

function visitWindow(visits: string | undefined, { at, context }: PolicyPlace): ContactWindow | undefined {
  const { drafts, names } = context;
  if (visits === undefined) {
    at.error(
      'NBR_MISSING_FIELD',
      `${at.label}: expected \`visits\` beside \`within: visit\`, found none.`,
      'Name a feature of the kind `sessions`.',
    );
    return undefined;
  }
  if (!names.check('feature', visits, at.at('visits'))) return undefined;
  const feature = drafts.features.drafts.find(({ name }) => name === visits);
  if (feature && feature.value.sessions === undefined) {
    at.at('visits').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected a feature of the kind \`sessions\`, found \`${visits}\`.`,
    );
    return undefined;
  }
  return { kind: 'visit', feature: visits };
}

function compileHours(
  base: Base,
  { from: fromMs, until: untilMs, days }: NonNullable<PolicyFields['hours']>,
  at: Cursor,
): ContactPolicy | undefined {
  if (fromMs === untilMs) {
    at.at('until').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected hours that last some time, found \`from\` and \`until\` alike.`,
      'The whole day is `{ from: "00:00", until: "24:00" }`.',
    );
    return undefined;
  }
  const open = days ? [...new Set(days)].sort((one, other) => one - other) : [0, 1, 2, 3, 4, 5, 6];
  return { ...base, kind: 'hours', fromMs, untilMs, days: open };
}

function compileRelated(
  base: Base,
  value: PolicyFields,
  { actions, groups: written, within: withinMs }: NonNullable<PolicyFields['notAfter']>,
  place: PolicyPlace,
): ContactPolicy | undefined {
  const at = place.at.at('notAfter');
  const { names } = place.context;
  names.checkAll('action', actions, at.at('actions'));
  const groups = names.groups(written, at.at('groups'));
  if (actions.length + written.length === 0) {
    at.error('NBR_MISSING_FIELD', `${at.label}: expected \`actions\` or \`groups\`, found neither.`);
    return undefined;
  }
  if (!isWide(value.scope, place.at)) return undefined;
  const scope = value.scope ?? 'customer';
  return {
    ...base,
    kind: 'not-after',
    scope,
    ...counting(value, place),
    withinMs,
    after: { actions, groups },
  };
}

/** Between actions nothing can be counted by action. */
function isWide(scope: PolicyFields['scope'], at: Cursor): boolean {
  if (scope !== 'action' && scope !== 'treatment') return true;
  at.at('scope').error(
    'NBR_WRONG_VALUE',
    `${at.label}: expected a scope that several actions share, found \`${scope}\`.`,
  );
  return false;
}

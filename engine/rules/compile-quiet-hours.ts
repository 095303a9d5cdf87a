import { isInGroups } from '../customer/outcomes.ts';
import { day, limits } from '../limits.ts';
import type { QuietHours, QuietPeriod, QuietRules } from '../model/quiet-hours.ts';
import type { Action } from '../model/rulebook.ts';
import type { BookContext } from './book-context.ts';
import { list } from './collection-shapes.ts';
import { date, timeOfDay, weekdays } from './conditions/time-literals.ts';
import type { Cursor } from './cursor.ts';
import { jurisdictionName } from './names.ts';
import { defaulted, object, optional, type Values } from './object-shape.ts';
import type { Draft } from './register.ts';
import { duration, name, oneOf, text } from './scalar-shapes.ts';

const names = list(text);
const exceptFields = {
  purposes: defaulted(names, [], 'Actions that need the consent to these purposes.'),
  groups: defaulted(names, [], 'Actions of these groups or issues.'),
  actions: defaulted(names, [], 'These actions.'),
};
const validFields = {
  from: optional(date, 'The first day on which it holds.'),
  until: optional(date, 'The last day on which it holds.'),
};

const fields = {
  channels: defaulted(names, [], 'In these channels; absent: in all that are sent to.'),
  jurisdictions: defaulted(
    list(name(jurisdictionName)),
    [],
    'For customers in these countries, or parts of them; absent: everywhere.',
  ),
  from: optional(timeOfDay, "When it begins, by the customer's clock."),
  until: optional(timeOfDay, 'When it ends; on the next day where that is not after `from`.'),
  days: optional(weekdays, 'Days of the week on which it begins; absent: all.'),
  dates: defaulted(list(date), [], 'Days that are quiet from midnight to midnight, such as holidays.'),
  valid: defaulted(
    object('a validity', validFields),
    { from: undefined, until: undefined },
    'The days on which it holds; absent: always.',
  ),
  // biome-ignore lint/suspicious/noThenProperty: the field of the rule file has this name.
  then: defaulted(
    oneOf(['discard', 'queue']),
    'discard',
    'What becomes of a message: it is not sent, or decided on when the quiet is over.',
  ),
  keep: optional(duration(), 'How long it may be put off; after that it is not sent. 24h when absent.'),
  except: defaulted(
    object('exceptions', exceptFields),
    { purposes: [], groups: [], actions: [] },
    'What may be sent all the same.',
  ),
};

export const quietHoursShape = object('quiet hours', fields);
export type QuietHoursFields = Values<typeof fields>;

export function compileQuietHours(context: BookContext, actions: readonly Action[]): QuietRules {
  const entries = context.drafts.quietHours.drafts.map((draft) => compileEntry(draft, context, actions));
  if (entries.length === 0) return { entries, zoneSlot: -1, jurisdictionSlot: -1 };
  const { facts } = context;
  const slot = (path: string) => facts.intern(`customer.${path}`, { kind: 'customer', path: [path] });
  return { entries, zoneSlot: slot('timeZone'), jurisdictionSlot: slot('jurisdiction') };
}

function compileEntry(
  { name: entry, value, at }: Draft<QuietHoursFields>,
  context: BookContext,
  actions: readonly Action[],
): QuietHours {
  const exceptAt = at.at('except');
  context.names.checkAll('channel', value.channels, at.at('channels'));
  context.names.checkAll('action', value.except.actions, exceptAt.at('actions'));
  const groups = context.names.groups(value.except.groups, exceptAt.at('groups'));
  const except = { ...value.except, groups };
  const period = compilePeriod(value, at);
  return {
    name: entry,
    channels: new Set(value.channels.length > 0 ? value.channels : pushChannels(context)),
    jurisdictions: value.jurisdictions,
    ...(period && { period }),
    dates: new Set(value.dates),
    valid: compileValidity(value, at),
    queues: value.then === 'queue',
    keepMs: compileKeep(value, at),
    except,
    spared: new Set(actions.filter((action) => isSpared(action, except)).map((action) => action.name)),
  };
}

function pushChannels({ drafts }: BookContext): readonly string[] {
  return drafts.channels.drafts.flatMap(({ name: channel, value }) =>
    value.direction === 'push' ? [channel] : [],
  );
}

function isSpared({ name: action, group, purpose }: Action, except: QuietHours['except']): boolean {
  return (
    except.actions.includes(action) ||
    (purpose !== undefined && except.purposes.includes(purpose)) ||
    (except.groups.length > 0 && isInGroups(except.groups, group))
  );
}

function compilePeriod(value: QuietHoursFields, at: Cursor): QuietPeriod | undefined {
  const { from: start, until: end, days } = value;
  if (start === undefined || end === undefined) {
    reportHalfPeriod(value, at);
    return undefined;
  }
  if (start === end || start === day) {
    at.at('until').error(
      'NBR_WRONG_VALUE',
      `${at.label}: expected a period that lasts some time, found one that ends when it begins.`,
      'The whole day is `from: "00:00"` and `until: "24:00"`; 24:00 can only end a period.',
    );
  }
  const isOn = (weekday: number) => days === undefined || days.includes(weekday);
  return { start, end, days: [0, 1, 2, 3, 4, 5, 6].map(isOn) };
}

function reportHalfPeriod({ from, until, days, dates }: QuietHoursFields, at: Cursor): void {
  const missing = [...(from === undefined ? ['from'] : []), ...(until === undefined ? ['until'] : [])];
  const isOnlyDates = missing.length === 2 && dates.length > 0 && days === undefined;
  if (isOnlyDates) return;
  at.error(
    'NBR_MISSING_FIELD',
    `${at.label}: expected quiet hours with ${missing.map((field) => `\`${field}\``).join(' and ')}, found none.`,
    missing.length === 2 ? 'Days that are quiet as a whole stand in `dates`.' : undefined,
  );
}

/** The ends of time, as days. */
const always = 1e8;

function compileValidity({ valid }: QuietHoursFields, at: Cursor): QuietHours['valid'] {
  const { from = -always, until = always } = valid;
  if (until < from) {
    at.at('valid', 'until').error(
      'NBR_WRONG_VALUE',
      `${at.at('valid').label}: expected \`until\` at or after \`from\`, found it before it.`,
    );
  }
  return { from, until: until + 1 };
}

function compileKeep({ keep, then: what }: QuietHoursFields, at: Cursor): number {
  if (keep === undefined) return limits.quietKeepMsDefault;
  if (what === 'discard') {
    at.at('keep').error(
      'NBR_CONFLICTING_FIELDS',
      `${at.label}: expected \`keep\` only beside \`then: queue\`, found it without.`,
    );
  }
  if (keep > limits.quietKeepMsMax) {
    at.at('keep').error(
      'NBR_WRONG_VALUE',
      `${at.at('keep').label}: expected at most ${limits.quietKeepMsMax / day}d, found ${keep / day}d.`,
    );
  }
  return keep;
}

import type { Contact, OutcomeKind } from '../../../../engine/index.ts';

/** What happened, in the order in which it was known: decisions with their contacts, and outcomes. */
export type Told =
  | {
      readonly kind: 'ask';
      readonly at: number;
      readonly session: string | undefined;
      readonly contacts: readonly Contact[];
    }
  | {
      readonly kind: 'outcome';
      readonly at: number;
      readonly contact: string;
      readonly placement: string;
      readonly action: string;
      readonly outcome: OutcomeKind;
    };

/** A policy as it is written. */
interface Written {
  readonly scope?: string;
  readonly match?: {
    readonly channels?: readonly string[];
    readonly placements?: readonly string[];
    readonly groups?: readonly string[];
    readonly actions?: readonly string[];
    readonly treatments?: readonly string[];
  };
  readonly counts?: string;
  readonly reserve?: string;
  readonly limit?: number;
  readonly within?: string;
  readonly pause?: string;
  readonly after?: { readonly outcome: OutcomeKind; readonly times: number; readonly within: string };
  readonly rest?: string;
  readonly forbid?: true;
  readonly hours?: { readonly from: string; readonly until: string; readonly days: readonly string[] };
  readonly exclusive?: { readonly within: string };
  readonly notAfter?: {
    readonly actions: readonly string[];
    readonly groups: readonly string[];
    readonly within: string;
  };
}

/** A contact with what is known of it so far. */
interface Line {
  readonly contact: Contact;
  readonly session: string | undefined;
  readonly outcomes: Map<string, number>;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The contacts that some policy forbade at their moment, in words. */
export function breaches(policies: readonly object[], told: readonly Told[]): readonly string[] {
  const lines: Line[] = [];
  const found: string[] = [];
  for (const next of told) {
    if (next.kind === 'outcome') {
      for (const { contact, outcomes } of lines) {
        if (contact.decision !== next.contact || contact.placement !== next.placement) continue;
        if (contact.action !== next.action) continue;
        outcomes.set(next.outcome, Math.min(next.at, outcomes.get(next.outcome) ?? next.at));
      }
      continue;
    }
    for (const contact of next.contacts) {
      for (const [index, policy] of policies.entries()) {
        const why = against(policy as Written, contact, next, lines);
        if (why !== undefined) found.push(`p${index} at ${next.at}: ${contact.action}: ${why}`);
      }
      lines.push({ contact, session: next.session, outcomes: new Map() });
    }
  }
  return found;
}

function against(
  policy: Written,
  contact: Contact,
  { at: now, session }: Extract<Told, { kind: 'ask' }>,
  lines: readonly Line[],
): string | undefined {
  if (!speaksOf(policy, contact)) return undefined;
  if (policy.forbid) return 'it is forbidden';
  if (policy.hours) return isOpen(policy.hours, now) ? undefined : 'it is closed';
  const alike = lines.filter(
    (line) => keyOf(policy.scope ?? 'customer', line.contact) === keyOf(policy.scope ?? 'customer', contact),
  );
  const own = alike.filter((line) => speaksOf(policy, line.contact));
  const dated = (list: readonly Line[]) =>
    list.flatMap((line) => {
      const moment = momentOf(policy, line, now);
      return moment === undefined ? [] : [{ line, moment }];
    });
  if (policy.limit !== undefined) {
    const inside = dated(own).filter(({ line, moment }) =>
      isInside(policy.within ?? '', { line, moment, now, session, contact }),
    );
    return inside.length >= policy.limit ? `${inside.length} counted` : undefined;
  }
  if (policy.pause !== undefined) {
    const since = now - ms(policy.pause);
    return dated(own).some(({ moment }) => moment > since) ? 'too soon' : undefined;
  }
  if (policy.after && policy.rest !== undefined) {
    const { outcome, times, within } = policy.after;
    const moments = own.flatMap(({ outcomes }) => outcomes.get(outcome) ?? []);
    for (const end of moments) {
      const before = moments.filter((moment) => moment <= end && moment > end - ms(within));
      if (before.length >= times && now < end + ms(policy.rest)) return 'it rests';
    }
    return undefined;
  }
  if (policy.exclusive) {
    const since = now - ms(policy.exclusive.within);
    const now_ = own.filter((line) => line.contact.decision === contact.decision);
    const inside = [
      ...dated(own),
      ...now_
        .filter((line) => momentOf(policy, line, now) === undefined)
        .map((line) => ({ line, moment: now })),
    ].filter(({ moment }) => moment > since);
    let first: (typeof inside)[number] | undefined;
    for (const one of inside) if (!first || one.moment < first.moment) first = one;
    return first && first.line.contact.action !== contact.action
      ? `${first.line.contact.action} has the place`
      : undefined;
  }
  if (policy.notAfter) {
    const { actions, groups, within } = policy.notAfter;
    const since = now - ms(within);
    const related = alike.filter(
      (line) =>
        line.contact.action !== contact.action &&
        (actions.includes(line.contact.action) || groups.some((group) => isIn(line.contact.group, group))),
    );
    return dated(related).some(({ moment }) => moment > since) ? 'a related one was shown' : undefined;
  }
  return 'a policy of no kind';
}

function speaksOf(
  { match = {} }: Written,
  { channel, placement, group, action, treatment }: Contact,
): boolean {
  const { channels, placements, groups, actions, treatments } = match;
  return (
    (channels?.includes(channel) ?? true) &&
    (placements?.includes(placement) ?? true) &&
    (groups?.some((one) => isIn(group, one)) ?? true) &&
    (actions?.includes(action) ?? true) &&
    (treatments?.includes(`${action}/${treatment}`) ?? true)
  );
}

function isIn(group: string, written: string): boolean {
  return group === written || group.startsWith(`${written}/`);
}

function keyOf(scope: string, contact: Contact): string {
  if (scope === 'customer') return '';
  if (scope === 'issue') return contact.group.split('/')[0] ?? '';
  if (scope === 'treatment') return `${contact.action}/${contact.treatment}`;
  return `${contact[scope as 'channel']}`;
}

/** When a contact counts: when it happened, or now while it is reserved. */
function momentOf(
  { counts = 'decided', reserve }: Written,
  { contact, outcomes }: Line,
  now: number,
): number | undefined {
  if (counts === 'decided') return contact.at;
  const at = outcomes.get(counts);
  if (at !== undefined) return at;
  return reserve !== undefined && now - contact.at < ms(reserve) ? now : undefined;
}

function isInside(
  within: string,
  {
    line,
    moment,
    now,
    session,
    contact,
  }: {
    readonly line: Line;
    readonly moment: number;
    readonly now: number;
    readonly session: string | undefined;
    readonly contact: Contact;
  },
): boolean {
  if (within === 'ever') return true;
  if (within === 'session') {
    return line.contact.decision === contact.decision || (session !== undefined && line.session === session);
  }
  // The tests run in UTC, where days are 24 hours.
  const midnight = Math.floor(now / dayMs) * dayMs;
  if (within === 'day') return moment >= midnight;
  // 1970-01-01 was a Thursday.
  if (within === 'week') return moment >= midnight - ((Math.floor(now / dayMs) + 3) % 7) * dayMs;
  return moment > now - ms(within);
}

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Tried out minute by minute: whether some window that began lately holds the moment. */
function isOpen({ from, until, days: open }: NonNullable<Written['hours']>, now: number): boolean {
  const today = Math.floor(now / dayMs);
  return [today - 1, today].some((begun) => {
    if (!open.includes(days[(begun + 3) % 7] ?? '')) return false;
    const begin = begun * dayMs + clock(from);
    const length = (clock(until) - clock(from) + dayMs) % dayMs || dayMs;
    return now >= begin && now < begin + length;
  });
}

function clock(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * hourMs + Number(minutes) * 60_000;
}

function ms(duration: string): number {
  return Number.parseInt(duration, 10) * hourMs;
}

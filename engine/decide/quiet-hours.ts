import { endOfQuiet, isQuiet } from '../calendar/end-of-quiet.ts';
import { mayBeIn } from '../facts/whereabouts.ts';
import { limits } from '../limits.ts';
import type { PlacementDecision } from '../model/decision.ts';
import type { QuietHours } from '../model/quiet-hours.ts';
import type { Action, Placement } from '../model/rulebook.ts';
import type { Frame, Stage } from './frame.ts';

/**
 * Quiet hours: when nobody may be contacted, by the clock and the law of where the customer is.
 *
 * Z3. Nothing is put before a customer in a channel at a moment at which an entry that speaks of the channel and of where
 *     the customer may be is quiet, unless the entry itself spares the action. No policy, override or fallback sets that
 *     aside.
 * Z4. All entries bind, so the strictest counts: the quiet lasts until none of them is quiet, and what one of them
 *     discards is not queued.
 * Z5. The clock is the customer's own or the best guess at it; the same facts that conditions read.
 */

/** What the frame keeps of it: each channel is looked up once a decision. */
export interface QuietLook {
  readonly channels: Map<string, QuietChannel | undefined>;
  /** The first moment at which something may be sent that only waits for the quiet to be over. */
  putOffUntil?: number;
}

/** A channel that is quiet for this customer now. */
interface QuietChannel {
  /** Those that speak of the channel and the customer, quiet now or not. */
  readonly entries: readonly QuietHours[];
  /** For actions that none of them spares. */
  readonly silence: Silence | undefined;
  /** For actions that some of them spare, by the names of those that do not: many actions share few answers. */
  readonly around: Map<string, Silence | undefined>;
}

interface Silence {
  readonly by: string;
  /** The end; undefined where it is out of sight. */
  readonly until: number | undefined;
  readonly isQueued: boolean;
}

export const quietHours: Stage = (frame, { action }, placement) => {
  const channel = quietChannel(frame, placement.channel);
  if (channel === undefined) return undefined;
  const silence = channel.entries.some(({ spared }) => spared.has(action.name))
    ? silenceAround(frame, action, channel)
    : channel.silence;
  if (silence === undefined) return undefined;
  const { by, until, isQueued } = silence;
  if (isQueued && until !== undefined)
    frame.quiet.putOffUntil = Math.min(until, frame.quiet.putOffUntil ?? until);
  return { action: action.name, code: 'quiet-hours', by, ...(until !== undefined && { until }) };
};

/** Whether a placement is in a channel that is sent to and quiet now: a fallback would be sent as well. */
export function isSilenced(frame: Frame, { channel }: Placement): boolean {
  if (frame.input.rulebook.channels.get(channel)?.direction !== 'push') return false;
  return quietChannel(frame, channel)?.silence !== undefined;
}

/**
 * Until when a decision that sends nothing is put off; undefined: it stands. One that sends a fallback stands too, or that
 * would be sent again when it is made anew.
 */
export function putOffUntil(
  { input, contacts, quiet }: Frame,
  placements: readonly PlacementDecision[],
): number | undefined {
  const hasRoom = (input.state?.timers.length ?? 0) < limits.timersPerCustomerMax;
  const sendsNothing = contacts.length === 0 && placements.every(({ fallback }) => fallback === undefined);
  return sendsNothing && hasRoom ? quiet.putOffUntil : undefined;
}

/** What keeps a channel quiet for this customer now; undefined: nothing does. */
export function quietChannel(frame: Frame, channel: string): QuietChannel | undefined {
  const { entries, jurisdictionSlot } = frame.input.rulebook.quietHours;
  if (entries.length === 0) return undefined;
  const { channels } = frame.quiet;
  if (channels.has(channel)) return channels.get(channel);
  const told = frame.facts[jurisdictionSlot];
  const jurisdiction = typeof told === 'string' ? told : undefined;
  const own = entries.filter(
    (entry) => entry.channels.has(channel) && mayBeIn(entry.jurisdictions, jurisdiction),
  );
  const silence = silenceOf(frame, own);
  const found = silence && { entries: own, silence, around: new Map() };
  channels.set(channel, found);
  return found;
}

function silenceAround(
  frame: Frame,
  { name }: Action,
  { entries, around }: QuietChannel,
): Silence | undefined {
  const binding = entries.filter(({ spared }) => !spared.has(name));
  const key = binding.map((entry) => entry.name).join('\n');
  if (!around.has(key)) around.set(key, silenceOf(frame, binding));
  return around.get(key);
}

function silenceOf(frame: Frame, entries: readonly QuietHours[]): Silence | undefined {
  const { now, rulebook } = frame.input;
  const wall = { zone: zoneIn(frame), zones: rulebook.timeZones };
  const quiet = entries.filter((entry) => isQuiet(entry, now, wall));
  const strictest = quiet.find((entry) => !entry.queues) ?? quiet[0];
  if (strictest === undefined) return undefined;
  const horizon = now + limits.quietLookAheadMs;
  const end = endOfQuiet(entries, now, { ...wall, horizon });
  const until = end < horizon ? end : undefined;
  return { by: strictest.name, until, isQueued: isQueued(frame, quiet, until) };
}

/** All agree that it waits, and none would have to keep it for too long since it was asked for first. */
function isQueued({ input }: Frame, quiet: readonly QuietHours[], until: number | undefined): boolean {
  const { cause, now } = input;
  if (cause.kind !== 'trigger' || until === undefined) return false;
  const since = cause.since ?? now;
  return quiet.every((entry) => entry.queues && until - since <= entry.keepMs);
}

function zoneIn({ facts, input: { rulebook } }: Frame): string {
  const zone = facts[rulebook.quietHours.zoneSlot];
  return typeof zone === 'string' && rulebook.timeZones.has(zone) ? zone : rulebook.timeZones.fallback;
}

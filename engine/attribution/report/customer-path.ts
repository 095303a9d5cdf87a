import { byTime, isSameContact } from '../../customer/profile.ts';
import type { Contact } from '../../model/customer-state.ts';
import type { OutcomeKind } from '../../model/outcome.ts';
import type { OutcomeRule } from '../../model/rulebook.ts';

/** What the log tells of one id that credit may go by: what it was shown, and what came of it. Its size is bounded. */
export interface CustomerPath {
  /** Oldest first; `touchesMax` at most. */
  readonly touches: Contact[];
  /** In the order in which they came in; `tellingsMax` at most. */
  readonly tellings: Telling[];
  /** Touches and tellings that there was no room for. */
  touchesLost: number;
  tellingsLost: number;
}

/** An event, or a report of a channel, that tells of views or of a conversion. */
export interface Telling {
  /** Fingerprint of what it is known by. */
  readonly mark: number;
  /** Epoch ms; when it happened. */
  readonly at: number;
  readonly of: ToldByEvent | ToldByReport;
  /** In millionths of the currency; absent where nobody says. */
  readonly value?: number;
}

export interface ToldByEvent {
  readonly kind: 'event';
  /** Those that hold, in the order of the book, with the decision that the event names. */
  readonly rules: readonly { readonly rule: OutcomeRule; readonly decision?: unknown }[];
}

export interface ToldByReport {
  readonly kind: 'report';
  readonly outcome: OutcomeKind;
  readonly contact: Pick<Contact, 'decision'> & Partial<Pick<Contact, 'action' | 'treatment'>>;
}

/** Each conversion may be shared among all touches, so the two bound the time that one customer takes as well. */
const touchesMax = 256;
const tellingsMax = 128;

export function newPath(): CustomerPath {
  return { touches: [], tellings: [], touchesLost: 0, tellingsLost: 0 };
}

/** Each touch once, however often the log has it. */
export function addTouch(path: CustomerPath, touch: Contact): void {
  const { touches } = path;
  let place = touches.length;
  while (place > 0 && byTime(touches[place - 1] as Contact, touch) > 0) place -= 1;
  for (let twin = place - 1; twin >= 0; twin -= 1) {
    const earlier = touches[twin] as Contact;
    if (byTime(earlier, touch) < 0) break;
    if (isSameContact(earlier, touch)) return;
  }
  touches.splice(place, 0, touch);
  if (touches.length <= touchesMax) return;
  touches.shift();
  path.touchesLost += 1;
}

export function addTelling(path: CustomerPath, telling: Telling): void {
  const { tellings } = path;
  if (tellings.some(({ mark }) => mark === telling.mark)) return;
  if (tellings.length < tellingsMax) tellings.push(telling);
  else path.tellingsLost += 1;
}

/** What is known of all ids of one customer, in an order of the caller's that does not change. */
export function joinPaths(paths: readonly CustomerPath[]): CustomerPath {
  const [only, ...rest] = paths;
  if (only && rest.length === 0) return only;
  const joined = newPath();
  for (const path of paths) {
    for (const touch of path.touches) addTouch(joined, touch);
    for (const telling of path.tellings) addTelling(joined, telling);
    joined.touchesLost += path.touchesLost;
    joined.tellingsLost += path.tellingsLost;
  }
  return joined;
}

/** In the order of time; of one moment, in an order that does not depend on the log's. */
export function inTime(tellings: readonly Telling[]): readonly Telling[] {
  return [...tellings].sort((one, other) => one.at - other.at || one.mark - other.mark);
}

import type { Contact, CustomerState, Profile } from '../model/customer-state.ts';
import { withoutServed } from './learning-window.ts';
import { isSameContact } from './profile.ts';

/**
 * The customer before it is parted: of a contact that ids on both sides hold, the one that goes keeps what there is to learn,
 * and if either has taught it, neither does (AT6). Else one conversion on each side would be two of one trial.
 */
export function partedLessons(state: CustomerState, goes: ReadonlySet<string>): CustomerState {
  const sides = { going: [] as Contact[], staying: [...state.own.contacts] };
  for (const [id, { contacts }] of Object.entries(state.sources)) {
    (goes.has(id) ? sides.going : sides.staying).push(...contacts);
  }
  const { going, staying } = sides;
  const twins = going.filter((contact) => staying.some((other) => isSameContact(contact, other)));
  if (twins.length === 0) return state;
  const isTaught = (contact: Contact): boolean =>
    [...going, ...staying].some((other) => isSameContact(contact, other) && other.served === undefined);
  const parted = (profile: Profile, isGoing: boolean): Profile => ({
    ...profile,
    contacts: profile.contacts.map((contact) =>
      twins.some((twin) => isSameContact(twin, contact)) && (!isGoing || isTaught(contact))
        ? withoutServed(contact)
        : contact,
    ),
  });
  const sources = Object.entries(state.sources).map(
    ([id, profile]) => [id, parted(profile, goes.has(id))] as const,
  );
  return { ...state, own: parted(state.own, false), sources: Object.fromEntries(sources) };
}

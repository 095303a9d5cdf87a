import { consentOf, isExpired, isGranted } from '../customer/profile.ts';
import type { Stage } from './frame.ts';

/**
 * Consent comes before any score: a purpose that was not granted is a contact that is not made. Where a channel asks
 * for consent of its own, the channel's word, if there is one, decides; else the purpose's. A grant that is over is a
 * word like any other that says no.
 */
export const consent: Stage = (frame, { action }, placement) => {
  const { purpose } = action;
  if (purpose === undefined) return undefined;
  const channel = frame.input.rulebook.channels.get(placement.channel);
  const own = channel?.consentPerChannel
    ? consentOf(frame.profiles, `${purpose}/${channel.name}`)
    : undefined;
  const word = own ?? consentOf(frame.profiles, purpose);
  const { now } = frame.input;
  if (isGranted(word, now)) return undefined;
  const isOver = word !== undefined && isExpired(word, now);
  return { action: action.name, code: 'consent', by: isOver ? `${purpose} (expired)` : purpose };
};

import { consentOf } from '../customer/profile.ts';
import type { Frame, Stage } from './frame.ts';

/**
 * Consent comes before any score: a purpose that was not granted is a contact that is not made. Where a channel asks
 * for consent of its own, the channel's word, if there is one, decides; else the purpose's.
 */
export const consent: Stage = (frame, { action }, placement) => {
  const { purpose } = action;
  if (purpose === undefined) return undefined;
  const channel = frame.input.rulebook.channels.get(placement.channel);
  const own = channel?.consentPerChannel ? statusOf(frame, `${purpose}/${channel.name}`) : undefined;
  const granted = (own ?? statusOf(frame, purpose)) === 'granted';
  return granted ? undefined : { action: action.name, code: 'consent', by: purpose };
};

function statusOf(frame: Frame, name: string): string | undefined {
  return consentOf(frame.profiles, name)?.status;
}

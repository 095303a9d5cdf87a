import type { Channel } from '../model/rulebook.ts';
import type { Drafts } from './drafts.ts';
import { object, optional, required, type Values } from './object-shape.ts';
import { oneOf } from './scalar-shapes.ts';

const fields = {
  direction: required(oneOf(['pull', 'push']), 'A pull channel asks, a push channel is sent to.'),
  consent: optional(
    oneOf(['per-channel']),
    'Consent to a purpose may be given or refused for this channel alone.',
  ),
  views: optional(
    oneOf(['required']),
    'What is sent here may never be seen: only contacts that were viewed teach anything.',
  ),
};

export const channelShape = object('a channel', fields);
export type ChannelFields = Values<typeof fields>;

export function compileChannels(drafts: Drafts): ReadonlyMap<string, Channel> {
  const channels = drafts.channels.drafts.map(({ name, value }): [string, Channel] => [
    name,
    {
      name,
      direction: value.direction,
      consentPerChannel: value.consent === 'per-channel',
      needsView: value.views === 'required',
    },
  ]);
  return new Map(channels);
}

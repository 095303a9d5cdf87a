import { hashId } from '../chance/hash.ts';
import { partitionOf } from '../chance/partition.ts';
import type { CustomerState, OverlayState } from '../model/customer-state.ts';
import { emptyProfile } from '../model/customer-state.ts';
import type { CustomerKey, Tenant } from '../model/ids.ts';
import { canonicalJson } from '../model/json.ts';
import type { AttributesMessage } from '../model/log-message.ts';
import { isNewer } from '../overlays/overlay-values.ts';
import { profileFor, withProfile } from './profile.ts';

/** External attributes go to the id they were told of. An older telling never overwrites a newer one. */
export function applyAttributes(
  state: CustomerState,
  message: Pick<AttributesMessage, 'key' | 'presentedAs' | 'overlay' | 'state'>,
): CustomerState {
  const presented = message.presentedAs ?? message.key;
  const profile = profileFor(state, presented) ?? emptyProfile;
  const before = Object.hasOwn(profile.overlays, message.overlay)
    ? profile.overlays[message.overlay]
    : undefined;
  if (before && !isNewer(message.state, before)) return state;
  const overlays = { ...profile.overlays, [message.overlay]: message.state };
  return withProfile(state, presented, { ...profile, overlays });
}

/** Its id follows from what it tells, so that telling it again is the same message. */
export function attributesMessage(
  home: { readonly tenant: Tenant; readonly partitions: number },
  told: {
    readonly key: CustomerKey;
    readonly overlay: string;
    readonly state: OverlayState;
    readonly receivedAt: number;
  },
): AttributesMessage {
  const { key, overlay, state, receivedAt } = told;
  return {
    kind: 'attributes',
    id: `o:${hashId(canonicalJson([key, overlay, state]))}`,
    tenant: home.tenant,
    partition: partitionOf(home.tenant, key, home.partitions),
    receivedAt,
    key,
    overlay,
    state,
  };
}

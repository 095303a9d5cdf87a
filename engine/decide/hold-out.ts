import { draw } from '../chance/hash.ts';
import type { HoldoutArm } from '../model/decision.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { Holdout } from '../model/rulebook.ts';

/** The customer's arm: a stable hash of salt and customer, so it never changes while the salt stands. */
export function armOf(holdout: Holdout | undefined, customer: CustomerKey): HoldoutArm | undefined {
  if (!holdout) return undefined;
  const isHeld = draw(`${holdout.name}:${holdout.salt}`, customer) < holdout.share;
  return { experiment: holdout.name, arm: isHeld ? 'holdout' : 'treated' };
}

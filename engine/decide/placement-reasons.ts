import type { Reason } from '../model/decision.ts';
import type { Action, Placement, Tier } from '../model/rulebook.ts';
import type { Contender } from './arbitrate.ts';
import { notPossible } from './availability.ts';
import { engagementReason } from './engagement.ts';
import type { Frame } from './frame.ts';

/**
 * Why each candidate of a placement left. Most fall by an engagement policy, and mostly nobody asks: so the list is put
 * together when it is read, from what the decision was made on. What the ledger held is told at once, as it goes on.
 */
export class PlacementReasons {
  private readonly failedTier: (action: Action) => Tier | undefined;
  /** Of candidates that fell behind the engagement policies, in their order. */
  readonly fallen: Reason[] = [];
  /** Of those that got as far as the arms and the ranking. */
  readonly ranked: Reason[] = [];
  private outranked: readonly Contender[] = [];
  private readonly candidates: Placement['candidates'];
  private readonly frame: Frame;
  private list: readonly Reason[] | undefined;

  constructor(frame: Frame, { candidates }: Placement) {
    this.candidates = candidates;
    this.frame = frame;
    this.failedTier = frame.input.rulebook.engagement.found();
  }

  outrank(contenders: readonly Contender[]): void {
    this.outranked = contenders;
  }

  /** One per candidate, in their order, and behind them those that got as far as the ranking. */
  told(): readonly Reason[] {
    this.list ??= this.gathered();
    return this.list;
  }

  private gathered(): readonly Reason[] {
    const { fallen, ranked, frame } = this;
    const { now } = frame.input;
    const reasons: Reason[] = [];
    let next = 0;
    for (const candidate of this.candidates) {
      const tier = this.failedTier(candidate.action);
      if (tier !== undefined) {
        reasons.push(notPossible(candidate, now) ?? engagementReason(candidate.action, tier, frame));
      } else if (fallen[next]?.action === candidate.action.name) {
        reasons.push(fallen[next] as Reason);
        next += 1;
      }
    }
    for (const reason of ranked) reasons.push(reason);
    for (const { action } of this.outranked) reasons.push({ action: action.name, code: 'outranked' });
    return reasons;
  }
}

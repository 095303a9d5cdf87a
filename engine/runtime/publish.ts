import type { DecidedTreatment, Decision, FallbackTreatment, PlacementDecision } from '../model/decision.ts';
import { isKnown, presentedId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { OutboxItem, PublishedDecision, RecordWrite } from '../ports.ts';
import type { UnsaltedReceipt } from '../receipts/make-receipt.ts';

/**
 * What a decision sends to its channels: one message a placement. A push placement without a treatment sends nothing;
 * a pulled one is told to the stream whatever it showed.
 */
export function outboxOf(decision: Decision): readonly OutboxItem[] {
  return decision.placements
    .filter(({ treatments, fallback }) =>
      decision.cause.kind === 'trigger'
        ? treatments.length > 0
        : treatments.length > 0 || fallback !== undefined,
    )
    .map((placement) => {
      const published = publish(decision, placement);
      return { id: published.id, to: 'decisions' as const, decision: published };
    });
}

/** A receipt on its way to its stream. Until here nothing in it is random. */
export function saltedReceipt(receipt: UnsaltedReceipt, salt: string): OutboxItem {
  return { id: `r:${receipt.id}`, to: 'receipts', receipt: { ...receipt, salt } };
}

/** The record by which a decision answers repeats of its request and explains itself. */
export function recordOf(decision: Decision, expiresAt: number): RecordWrite {
  return { id: decision.id, value: JSON.stringify(decision), expiresAt, customer: decision.customer };
}

function publish(decision: Decision, placement: PlacementDecision): PublishedDecision {
  const id = presentedId(decision.customer);
  return {
    id: `${decision.id}.${placement.placement}`,
    tenant: decision.tenant,
    decision: decision.id,
    customer: isKnown(decision.customer) ? { userId: id } : { anonymousId: id },
    channel: placement.channel,
    placement: placement.placement,
    at: decision.at,
    rulebook: decision.rulebook,
    arms: decision.arms,
    cause: decision.cause as unknown as Json,
    treatments: (placement.treatments.length > 0
      ? placement.treatments.map(withoutPersonalData)
      : placement.fallback && [withoutPersonalData(placement.fallback)]) as unknown as Json,
  };
}

/** A stream is read by many and kept for long: what is personal stays with the customer's record. */
function withoutPersonalData<Shown extends DecidedTreatment | FallbackTreatment>({
  published,
  ...shown
}: Shown): Omit<Shown, 'published'> {
  return published === undefined ? shown : { ...shown, content: published };
}

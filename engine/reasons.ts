/**
 * The closed set of reasons with which a candidate action leaves a decision, in the order of the pipeline.
 * An expected "no" is a reason, never an error.
 */
export const reasons = {
  chosen: 'It was chosen.',
  'not-valid-now': 'Its validity period has not begun or is over.',
  'no-treatment': 'It has no treatment for this placement and its channel.',
  eligibility: 'The customer may not have it.',
  applicability: 'It is not relevant to the customer now.',
  suitability: 'It would not be good for the customer.',
  consent: 'The customer has not granted the purpose it needs.',
  'contact-policy': 'A contact policy is exhausted for this customer.',
  budget: 'Its budget is exhausted.',
  'not-worth-its-cost': 'Its expected value is below what the contact costs.',
  holdout: 'The customer is held out, so that the effect of acting can be measured.',
  outranked: 'Other actions ranked above it.',
  'already-placed': 'It was chosen for another placement of the same request.',
} as const;

export type ReasonCode = keyof typeof reasons;

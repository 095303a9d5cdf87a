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
  'quiet-hours': 'It is a quiet hour where the customer is.',
  'contact-policy': 'A contact policy is exhausted for this customer.',
  budget: 'Its budget is exhausted.',
  paced: 'Its budget is spent evenly, and nothing more is due yet.',
  'not-worth-its-cost': 'Its expected value is below what the contact costs.',
  'adds-nothing': 'It makes a success no likelier than it is without any action.',
  holdout: 'The customer is held out, so that the effect of acting can be measured.',
  'other-arm': 'It belongs to another arm of an experiment than the one the customer is in.',
  outranked: 'Other actions ranked above it.',
  'left-alone': 'Nothing was shown by chance, so that it is learned what happens without any action.',
  diversity: 'Enough of its kind ranked above it.',
  'already-placed': 'It was chosen for another placement of the same request.',
  degraded: 'The customer could not be looked up in time, and it is not one of those shown then.',
  coupled: 'It was chosen, but another placement that stands or falls with this one got nothing.',
} as const;

export type ReasonCode = keyof typeof reasons;

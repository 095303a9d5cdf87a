/** What became of a treatment, in the order in which it usually happens. The closed set of the field. */
export const outcomeKinds = [
  'delivered',
  'impression',
  'click',
  'conversion',
  'dismiss',
  'bounce',
  'complaint',
] as const;

export type OutcomeKind = (typeof outcomeKinds)[number];

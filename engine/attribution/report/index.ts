export {
  type AttributionReport,
  type Credit,
  type CreditedBy,
  type CreditRow,
  creditedBy,
} from './credit-tally.ts';
export { AttributionGathering, type AttributionOptions } from './gather-attribution.ts';

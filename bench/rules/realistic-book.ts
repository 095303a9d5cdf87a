import { Random } from '../measure/random.ts';
import {
  countFact,
  drawComparison,
  drawCustomers,
  type FactModel,
  moneyFact,
  scoreFact,
  type Tree,
  type Workload,
} from './workload.ts';

/**
 * A book as a shop might grow it: three tiers an action, groups in groups, favourite facts and favourite thresholds.
 * Eligibility is a plain list, applicability has alternatives, suitability mostly says what must not be. One in ten
 * actions has no eligibility, one in twenty no applicability, two in five no suitability. Four out of five thresholds
 * are one of eight that all actions share for their fact. About one in ten actions matches a customer; the measured
 * share is printed.
 */
export function realisticBook(size: number): Workload {
  const random = new Random(0xb00c);
  const facts = [...whoFacts, ...behaviourFacts, ...careFacts].map((fact) => withFavourites(fact, random));
  const from = (names: readonly FactModel[]) =>
    facts.filter((fact) => names.some(({ name }) => name === fact.name));
  const tierFacts = { who: from(whoFacts), behaviour: from(behaviourFacts), care: from(careFacts) };
  return {
    book: 'realistic',
    tiers: 3,
    factNames: facts.map((fact) => fact.name),
    actions: Array.from({ length: size }, () => ({ tiers: drawTiers(tierFacts, random) })),
    customers: drawCustomers(facts, random),
  };
}

/** What the conditions of each tier are about; within each list, the first are the most used. */
export interface TierFacts {
  readonly who: readonly FactModel[];
  readonly behaviour: readonly FactModel[];
  readonly care: readonly FactModel[];
}

type Leaf = () => Tree;

const countries = ['DE', 'AT', 'CH', 'NO', 'SE', 'DK', 'NL', 'BE', 'FR', 'IT', 'ES', 'PL', 'FI', 'GB'];
const categories = [
  'tents',
  'packs',
  'boots',
  'jackets',
  'stoves',
  'lamps',
  'maps',
  'ropes',
  'bikes',
  'skis',
];

/** Within each list, the first are the most used. */
const whoFacts: readonly FactModel[] = [
  { name: 'country', kind: 'text', values: countries },
  { name: 'loyaltyTier', kind: 'text', values: ['none', 'bronze', 'silver', 'gold', 'platinum'] },
  { name: 'emailConsent', kind: 'flag', share: 0.7 },
  countFact('tenureMonths', 18),
  countFact('orders', 5),
  { name: 'known', kind: 'flag', share: 0.6 },
  countFact('ageYears', 40),
  { name: 'language', kind: 'text', values: ['de', 'en', 'no', 'sv', 'fr', 'it', 'nl', 'pl', 'es', 'da'] },
  { name: 'acquiredBy', kind: 'text', values: ['search', 'shop', 'friend', 'social', 'mail', 'partner'] },
  moneyFact('creditLimit', 800),
];

const behaviourFacts: readonly FactModel[] = [
  countFact('daysSinceOrder', 60),
  countFact('views30d', 12),
  { name: 'lastCategory', kind: 'text', values: categories },
  moneyFact('spend365d', 180),
  countFact('carts30d', 2),
  { name: 'device', kind: 'text', values: ['phone', 'desktop', 'tablet', 'till', 'kiosk'] },
  countFact('visits7d', 3),
  moneyFact('basketValue', 60),
  scoreFact('churnScore'),
  { name: 'favouriteCategory', kind: 'text', values: categories },
  countFact('opens30d', 4),
  scoreFact('affinityTents'),
  scoreFact('affinityBikes'),
  scoreFact('affinityClothing'),
  countFact('reviews', 1),
  { name: 'weather', kind: 'text', values: ['sun', 'cloud', 'rain', 'snow', 'storm', 'fog'] },
  { name: 'season', kind: 'text', values: ['spring', 'summer', 'autumn', 'winter'] },
  moneyFact('voucherBalance', 15),
  countFact('daysSinceVisit', 14),
  scoreFact('discountShare'),
];

const careFacts: readonly FactModel[] = [
  countFact('openComplaints', 0.4),
  countFact('returns90d', 1),
  countFact('mails7d', 2),
  scoreFact('returnRate'),
  countFact('daysSinceComplaint', 90),
  { name: 'dunning', kind: 'flag', share: 0.1 },
  countFact('dismissed30d', 2),
  scoreFact('fatigue'),
  { name: 'segment', kind: 'text', values: ['core', 'bargain', 'new', 'vip', 'lapsed', 'staff'] },
  moneyFact('openInvoices', 10),
];

function withFavourites(fact: FactModel, random: Random): FactModel {
  if (fact.kind !== 'number') return fact;
  const favourites = Array.from({ length: 8 }, () => fact.threshold(random));
  return {
    ...fact,
    threshold: (draws) => (draws.chance(0.8) ? draws.pick(favourites) : fact.threshold(draws)),
  };
}

/** Eligibility, applicability and suitability of one action. */
export function drawTiers(facts: TierFacts, random: Random): readonly (Tree | undefined)[] {
  const leaf =
    (tier: keyof TierFacts): Leaf =>
    () =>
      drawComparison(random.pickSkewed(facts[tier]), random);
  const list = (most: number, item: () => Tree): Tree => ({
    all: Array.from({ length: random.between(1, most) }, item),
  });
  const eligibility = random.chance(0.9) ? list(3, leaf('who')) : undefined;
  const applicability = random.chance(0.95)
    ? list(3, () => drawAlternative(leaf('behaviour'), random))
    : undefined;
  const suitability = random.chance(0.6) ? list(2, () => drawCaution(leaf('care'), random)) : undefined;
  return [eligibility, applicability, suitability];
}

function drawAlternative(leaf: Leaf, random: Random): Tree {
  const form = random.next();
  if (form < 0.5) return leaf();
  if (form < 0.75) return { any: [leaf(), leaf(), ...(random.chance(0.4) ? [leaf()] : [])] };
  if (form < 0.9) return { any: [{ all: [leaf(), leaf()] }, leaf()] };
  return { not: leaf() };
}

function drawCaution(leaf: Leaf, random: Random): Tree {
  const form = random.next();
  if (form < 0.4) return { not: leaf() };
  if (form < 0.7) return leaf();
  return { not: form < 0.85 ? { all: [leaf(), leaf()] } : { any: [leaf(), { all: [leaf(), leaf()] }] } };
}

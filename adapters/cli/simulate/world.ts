import type { DecideInput, FoldContext } from '../../../engine/index.ts';
import {
  type CustomerKey,
  type CustomerMessage,
  type CustomerState,
  type Decision,
  decide,
  decisionIdOf,
  foldCustomer,
  type JsonObject,
  type ModelSnapshot,
  type Partition,
  type Rulebook,
  type Tenant,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import type { ShopEvent } from './browsing.ts';
import { mulberry32, pick, type Random, seedOf } from './random.ts';
import { categories, clickProbability, type Device, type Moment, type Shopper, shopperOf } from './tastes.ts';

/**
 * The shoppers' world without a server and without waiting: a shopper lives through all visits under a rulebook, in the
 * engine itself. Visits, moments and tastes follow from the seed alone, whatever is shown; so what a rulebook is worth here
 * is known as exactly as one cares to wait for.
 */
export interface World {
  readonly seed: number;
  readonly rulebook: Rulebook;
  readonly model: ModelSnapshot;
  readonly placements: readonly string[];
  /** Epoch ms of the first visits, and how long shoppers come. */
  readonly from: number;
  readonly days: number;
  readonly visitsMax: number;
  /** Of those who click, so many convert. */
  readonly conversionOfClicks: number;
  /** Chances of decisions and answers, apart from visits and tastes. */
  readonly run: string;
  /** What shoppers do before they are decided on; absent: they look at one product. */
  readonly browse?: (random: Random, shopper: Shopper, number: number) => readonly ShopEvent[];
  /** Decisions tell the odds of all that could have been chosen. */
  readonly tellsOdds?: boolean;
}

/** What one shopper's life is told to. */
export interface WorldListener {
  readonly message?: (message: CustomerMessage) => void;
  readonly decided: (decided: WorldDecision) => void;
}

export interface WorldDecision {
  readonly input: DecideInput;
  readonly decision: Decision;
  /** True probability of a conversion of each treatment shown, by `placement/rank`. */
  readonly chances: ReadonlyMap<string, number>;
}

export const worldTenant = 'world' as Tenant;
export const worldPartition = 0 as Partition;
const hour = 3_600_000;
const devices: readonly [Device, ...Device[]] = ['phone', 'phone', 'phone', 'desktop', 'desktop'];
const tiers = ['none', 'none', 'silver', 'gold'] as const;
const unlimited = { left: () => Number.MAX_SAFE_INTEGER };

/** One shopper, from the first visit to the last. */
export function liveShopper(world: World, index: number, listener: WorldListener): void {
  const life = new ShopperLife(world, index, listener);
  for (const visit of visitsOf(world, index)) life.visit(visit);
}

interface Visit {
  readonly number: number;
  readonly at: number;
  readonly moment: Required<Moment>;
  readonly category: string;
}

/** How often somebody comes is a matter of who it is; when, a matter of chance. */
function visitsOf({ seed, from, days, visitsMax }: World, index: number): readonly Visit[] {
  const random = mulberry32(seedOf(seed, 'life', index));
  const { category } = shopperOf(seed, index);
  const count = 2 + Math.floor(random() * random() * (visitsMax - 1));
  const times = Array.from({ length: count }, () => from + Math.floor(random() * days * 24) * hour);
  return times
    .sort((one, other) => one - other)
    .map((at, number) => ({
      number,
      // Two visits in one hour are a quarter of an hour apart at least.
      at: at + (number % 4) * (hour / 4),
      moment: { device: pick(random, devices) },
      category: random() < 0.8 ? category : pick(random, categories),
    }));
}

class ShopperLife {
  readonly #world: World;
  readonly #listener: WorldListener;
  readonly #shopper: Shopper;
  readonly #key: CustomerKey;
  readonly #context: FoldContext;
  readonly #clicks = new Map<string, number>();
  #state: CustomerState | undefined;

  constructor(world: World, index: number, listener: WorldListener) {
    const { rulebook, model } = world;
    this.#world = world;
    this.#listener = listener;
    this.#shopper = shopperOf(world.seed, index);
    this.#key = userKey(this.#shopper.userId);
    this.#context = {
      ...{ tenant: worldTenant, partition: worldPartition, partitions: 1, rulebook, model },
      budgets: unlimited,
    };
  }

  visit({ number, at, moment, category }: Visit): void {
    const { seed, browse } = this.#world;
    if (number === 0) {
      const tier = tiers[Math.floor(mulberry32(seedOf(seed, 'tier', this.#shopper.index))() * 4)] ?? 'none';
      this.#event(at, `${number}-i`, { type: 'identify', name: 'identify', traits: { tier } });
    }
    if (browse) this.#browse(at, number, browse);
    else this.#event(at, `${number}-v`, { type: 'track', name: 'Product Viewed', properties: { category } });
    this.#decide({ number, at: at + 1_000, moment, category });
  }

  #browse(at: number, number: number, browse: NonNullable<World['browse']>): void {
    const random = mulberry32(seedOf(this.#world.seed, 'browse', this.#shopper.index, number));
    for (const [place, event] of browse(random, this.#shopper, number).entries()) {
      const { type = 'track', event: name = type, properties = {}, traits } = event;
      const told = { properties: properties as JsonObject, ...(traits && { traits: traits as JsonObject }) };
      this.#event(at, `${number}-${place}`, { type, name, ...told });
    }
  }

  #event(
    at: number,
    id: string,
    event: Partial<TouchpointEvent> & Pick<TouchpointEvent, 'type' | 'name'>,
  ): void {
    const messageId = `${this.#shopper.index}-${id}`;
    const { userId } = this.#shopper;
    this.#fold({
      ...this.#envelope(`e:${messageId}`, at),
      kind: 'event',
      event: { properties: {}, ...event, messageId, userId, timestamp: at },
    });
  }

  #decide({ number, at, moment }: Visit): void {
    const { rulebook, model, placements, run, tellsOdds = false } = this.#world;
    const id = decisionIdOf(worldPartition, this.#key, `${run}/${number}`);
    const input: DecideInput = {
      ...{ id, tenant: worldTenant, customer: this.#key, state: this.#state, rulebook, model },
      cause: { kind: 'request', requestId: `${run}/${number}` },
      ...{ seed: id, now: at, placements, context: { ...moment }, explain: false, budgets: unlimited },
      ...(tellsOdds && { tellsOdds: true as const }),
    };
    const { decision, contacts } = decide(input);
    this.#listener.decided({ input, decision, chances: this.#chances(decision, moment) });
    if (contacts.length === 0) return;
    this.#fold({ ...this.#envelope(`d:${id}`, at), kind: 'decision', contacts });
    this.#answer(decision, at + 60_000, moment);
  }

  /** What the shopper does about what is shown. */
  #answer(decision: Decision, at: number, moment: Moment): void {
    const { seed, run, conversionOfClicks } = this.#world;
    const random = mulberry32(seedOf(seed, 'answers', run, decision.id));
    for (const { placement, treatments } of decision.placements) {
      for (const { action, treatment } of treatments) {
        const isClicked = random() < this.#clicksOn(action, moment);
        const isConverted = random() < conversionOfClicks;
        if (!isClicked) continue;
        for (const outcome of isConverted ? (['click', 'conversion'] as const) : (['click'] as const)) {
          const id = `o:${decision.id}:${placement}:${action}:${outcome}`;
          const told = { decision: decision.id, action, treatment, outcome, timestamp: at };
          this.#fold({ ...this.#envelope(id, at), kind: 'outcome', ...told });
        }
      }
    }
  }

  #chances({ placements }: Decision, moment: Moment): ReadonlyMap<string, number> {
    const { conversionOfClicks } = this.#world;
    const chances = new Map<string, number>();
    for (const { placement, treatments } of placements) {
      for (const { action, rank } of treatments) {
        chances.set(`${placement}/${rank}`, this.#clicksOn(action, moment) * conversionOfClicks);
      }
    }
    return chances;
  }

  #clicksOn(action: string, moment: Moment): number {
    const name = `${moment.device} ${action}`;
    const known = this.#clicks.get(name);
    if (known !== undefined) return known;
    const probability = clickProbability(this.#world.seed, this.#shopper, action, moment);
    this.#clicks.set(name, probability);
    return probability;
  }

  #envelope(id: string, receivedAt: number) {
    const key = this.#key;
    return { id, tenant: worldTenant, partition: worldPartition, receivedAt, key };
  }

  #fold(message: CustomerMessage): void {
    this.#listener.message?.(message);
    this.#state = foldCustomer(this.#state, message, this.#context).state;
  }
}

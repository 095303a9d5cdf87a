import { sha256 } from '../../adapters/system/sha256.ts';
import {
  type Deployment,
  defaultTenant,
  type Nonce,
  type Observer,
  type Ports,
  type Rulebook,
  startDeployment,
} from '../../engine/index.ts';
import { type Life, Network } from './network.ts';
import type { Plan } from './plan.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedLeases } from './simulated-leases.ts';
import { SimulatedLog } from './simulated-log.ts';
import { SimulatedStore } from './simulated-store.ts';
import { SimulatedStream } from './simulated-stream.ts';
import type { Variant } from './variants.ts';

/** A node with its present life. */
export interface SimulatedNode {
  readonly number: number;
  life: Life;
  deployment: Deployment;
}

export interface WorldOptions {
  readonly rulebook: Rulebook;
  readonly variant: Variant;
  /** Epoch ms. */
  readonly begin: number;
}

/** Everything there is: what the nodes share, the nodes, and the one queue in which things happen. */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly store: SimulatedStore;
  readonly log: SimulatedLog;
  readonly stream: SimulatedStream;
  readonly leases: SimulatedLeases;
  readonly nodes: SimulatedNode[] = [];
  readonly plan: Plan;
  readonly rulebook: Rulebook;
  readonly troubles: unknown[] = [];
  readonly deadLetters: string[] = [];
  readonly #variant: Variant;
  #serial = 0;

  constructor(plan: Plan, { rulebook, variant, begin }: WorldOptions) {
    this.plan = plan;
    this.rulebook = rulebook;
    this.#variant = variant;
    this.random = new Random(plan.seed);
    this.scheduler = new Scheduler(this.random, begin);
    this.network = new Network(this.scheduler, this.random);
    const confirms = variant.confirms ?? (plan.isStrict ? 'all' : 'nothing');
    this.store = new SimulatedStore(this.network, { shards: plan.shards, confirms });
    this.log = new SimulatedLog(this.network, { dedupes: plan.dedupes });
    this.stream = new SimulatedStream(this.network, { dedupes: plan.dedupes });
    this.leases = new SimulatedLeases(this.network);
  }

  /** Starts a node, or starts it again. */
  start(number: number): void {
    this.#serial += 1;
    const life: Life = {
      name: `node-${number}.${this.#serial}`,
      skewMs: this.plan.skewsMs[number] ?? 0,
      state: 'alive',
      parked: [],
    };
    const deployment = startDeployment({
      tenant: defaultTenant,
      partitions: this.plan.partitions,
      ports: this.#variant.wrap?.(this.#portsOf(life), this, life) ?? this.#portsOf(life),
      observer: this.#observer(),
      rulebook: () => this.rulebook,
      learns: this.plan.learns,
    });
    this.nodes[number] = { number, life, deployment };
  }

  crash(node: SimulatedNode): void {
    node.life.state = 'dead';
    node.life.parked.length = 0;
  }

  freeze({ life }: SimulatedNode): void {
    if (life.state === 'alive') life.state = 'frozen';
  }

  /** All that reached it meanwhile happens at once; it cannot tell that time has passed. */
  thaw({ life }: SimulatedNode): void {
    if (life.state !== 'frozen') return;
    life.state = 'alive';
    for (const run of life.parked.splice(0)) this.scheduler.after(0, () => this.network.reach(life, run));
  }

  #portsOf(life: Life): Ports {
    const { scheduler, network } = this;
    let nonces = 0;
    return {
      clock: { now: () => scheduler.now + life.skewMs },
      ids: {
        nonce: () => {
          nonces += 1;
          return `${life.name}/${nonces}` as Nonce;
        },
      },
      timing: {
        sleep: (ms, signal) =>
          new Promise((resolve) => {
            void scheduler.sleep(ms, signal).then(() => network.reach(life, resolve));
          }),
      },
      log: this.log.portFor(life),
      store: this.store.storeFor(life),
      budgets: this.store.ledgerFor(life),
      leases: this.leases.portFor(life),
      decisions: this.stream.portFor(life),
      sha256,
    };
  }

  #observer(): Observer {
    return {
      applied: () => undefined,
      decided: () => undefined,
      conflicted: () => undefined,
      deadLettered: (reason) => this.deadLetters.push(reason),
      repaired: () => undefined,
      restarted: () => undefined,
      troubled: (_what, error) => this.troubles.push(error),
      advanced: () => undefined,
    };
  }
}

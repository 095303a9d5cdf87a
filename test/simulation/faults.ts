import type { Service } from './network.ts';
import type { FaultKind } from './plan.ts';
import type { SimulatedNode, World } from './world.ts';

/** Lets the plan's faults happen at drawn moments of the time of trouble, and bad weather all along. */
export function scheduleFaults(world: World): void {
  const { plan, scheduler, network } = world;
  network.weather = { loss: plan.loss, lag: plan.lag };
  for (const fault of plan.faults) {
    scheduler.after(fault.at, () => happenings[fault.kind](world, world.random.pick(world.nodes)));
  }
}

/** Everything heals: nodes come back, links are mended, calls arrive. */
export function endFaults(world: World): void {
  world.network.weather = { loss: 0, lag: 0 };
  world.network.outages.clear();
  for (const shard of world.store.shards) shard.link(true);
  for (const node of world.nodes) {
    world.thaw(node);
    if (node.life.state === 'dead') world.start(node.number);
  }
}

type Happening = (world: World, node: SimulatedNode) => void;

const happenings: Readonly<Record<FaultKind, Happening>> = {
  crash: (world, node) => {
    world.crash(node);
    startAgain(world, node, world.random.below(3_000));
  },
  freeze: (world, node) => {
    const { life } = node;
    world.freeze(node);
    world.scheduler.after(world.random.between(200, 8_000), () => world.thaw({ ...node, life }));
  },
  // A node that is told to leave finishes what it has in hand; whether it gets there in time is another matter.
  stop: (world, node) => {
    if (node.life.state === 'alive') void node.deployment.stop();
    startAgain(world, node, world.random.between(500, 2_000));
  },
  'fail-over': ({ random, scheduler, store }) => {
    const shard = random.pick(store.shards);
    shard.link(false);
    scheduler.after(random.below(700), () => void shard.failOver());
  },
  'store-outage': (world) => takeAway(world, 'store'),
  'log-outage': (world) => takeAway(world, world.random.pick(['log', 'decisions'] as const)),
  'log-restart': ({ log }) => log.restart(),
  'drop-tail': ({ log, random }) => log.dropTail(random.between(1, 5)),
};

function takeAway({ network, random, scheduler }: World, service: Service): void {
  network.outages.add(service);
  scheduler.after(random.between(50, 3_000), () => void network.outages.delete(service));
}

/** As a new life, unless it has one already. */
function startAgain(world: World, node: SimulatedNode, afterMs: number): void {
  const { life } = node;
  world.scheduler.after(afterMs, () => {
    if (node.life !== life) return;
    world.crash(node);
    world.start(node.number);
  });
}

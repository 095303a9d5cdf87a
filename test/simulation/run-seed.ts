import type { Rulebook } from '../../engine/index.ts';
import { begin, simulatedBook } from './book.ts';
import { scheduleClients } from './clients.ts';
import { endFaults, scheduleFaults } from './faults.ts';
import { planOf } from './plan.ts';
import { checkReplay } from './replay.ts';
import { leftToDo, settle, stepsMax } from './settle.ts';
import { realProtocol, type Variant } from './variants.ts';
import { verify } from './verify.ts';
import { World } from './world.ts';

export interface SeedResult {
  readonly seed: number;
  /** What was violated, in words; empty when all held. */
  readonly violations: readonly string[];
  readonly steps: number;
}

const budgetMax = 4;
const books = new Map<number, Rulebook>();

function bookWith(budget: number): Rulebook {
  const book = books.get(budget) ?? simulatedBook(budget);
  books.set(budget, book);
  return book;
}

/** One seed is one run: the same seed takes the same steps, on every machine. */
export async function runSeed(seed: number, variant: Variant = realProtocol): Promise<SeedResult> {
  const drawn = planOf(seed, budgetMax);
  const plan = variant.plan?.(drawn) ?? drawn;
  const world = new World(plan, { rulebook: bookWith(plan.budget), variant, begin });
  const { scheduler } = world;
  for (let number = 0; number < plan.nodes; number += 1) world.start(number);
  const witness = scheduleClients(world);
  scheduleFaults(world);
  await scheduler.run(scheduler.now + plan.troubleMs, () => scheduler.steps > stepsMax);
  endFaults(world);
  const isSettled = await settle(world, () => witness.unfinished.size > 0);
  const { steps } = scheduler;
  for (const node of world.nodes) world.crash(node);
  if (!isSettled) return { seed, violations: [`I10: not settled: ${await leftToDo(world)}`], steps };
  const violations = [...(await verify(world, witness)), ...(await checkReplay(world))];
  return { seed, violations, steps };
}

import { type CustomerKey, featuresOf } from '../../engine/index.ts';
import { slots } from './book.ts';
import type { Witness } from './clients.ts';
import { type Fault, profileOf, type States, statesOf, survivorOf } from './found-states.ts';
import { checkLessons } from './lessons.ts';
import { checkBudgets, checkCaps, contactsSeen } from './verify-contacts.ts';
import { checkAnswers, checkOrder, checkOutcomes, checkRecords } from './verify-decisions.ts';
import type { World } from './world.ts';

/** All that a settled world must be true to, by the numbers of the plan it was written after. */
export async function verify(world: World, witness: Witness): Promise<readonly string[]> {
  const states = await statesOf(world);
  const found: string[] = [];
  const fault = (text: string) => found.push(text);
  checkEvents(world, witness, states, fault);
  checkMerges(witness, states, fault);
  if (world.deadLetters.length > 0) fault(`I1: dead letter: ${world.deadLetters[0]}`);
  if (!world.plan.isStrict) return found;
  const seen = contactsSeen(world, witness, states);
  checkCaps(states, seen, fault);
  await checkBudgets(world, seen, fault);
  await checkRecords(world, witness, states, fault);
  checkOrder(world, fault);
  checkAnswers(witness, fault);
  await checkLessons(world, fault);
  checkOutcomes(world, witness, states, fault);
  return found;
}

/** I1 and I2: every accepted event counts once, one of unknown fate at most once, and none that was never sent. */
function checkEvents(world: World, { events }: Witness, states: States, fault: Fault): void {
  const customers = new Set([...events.map(({ customer }) => customer), ...states.keys()]);
  for (const customer of customers) {
    const profile = profileOf(states, customer);
    const counts = profile ? featuresOf([profile], world.rulebook, world.scheduler.now) : {};
    for (let slot = 0; slot < slots; slot += 1) {
      const count = (counts[`slot.${slot}`] as number | undefined) ?? 0;
      const sent = events.find((event) => event.customer === customer && event.slot === slot);
      if (!sent && count > 0) fault(`I2: ${customer} has event ${slot}, which nobody sent`);
      if (sent && count > 1) fault(`I1: event ${slot} of ${customer} counts ${count} times`);
      const isExcused = sent !== undefined && world.log.dropped.has(`e:${sent.event.messageId}`);
      if (sent?.isAccepted && count === 0 && !isExcused)
        fault(`I1: event ${slot} of ${customer} was accepted and is lost`);
    }
  }
}

/** I1 for merges: whoever was said to be one customer is one. */
function checkMerges({ merged }: Witness, states: States, fault: Fault): void {
  for (const messageId of merged) {
    const who = messageId.slice('identify-'.length);
    const [left, right] = [`u:u${who}`, `a:a${who}`].map(
      (key) => survivorOf(states, key as CustomerKey)?.key,
    );
    if (left !== right) fault(`I1: ${messageId} was accepted, and the two are apart`);
  }
}

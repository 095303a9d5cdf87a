import { openFrame } from '../../../engine/decide/frame.ts';
import { type DecideInput, decide } from '../../../engine/index.ts';
import { hotInputs } from './hot-inputs.ts';

/** Prints how many bytes a match and a decision allocate. To be run with `--expose-gc` and a large young generation. */
const callsEach = 100_000;
/** To ask how much there is allocates some 200 bytes itself, which has to be little beside a chunk. */
const chunk = 500;

const inputs = hotInputs();
const facts = inputs.map((input) => openFrame(input).facts);
const placements = [...(inputs[0] as DecideInput).rulebook.placements.values()];

function bytesPerCall(once: (input: number) => void): number {
  const perCall: number[] = [];
  for (let done = 0; done < callsEach; done += chunk) {
    if (done % (chunk * 20) === 0) globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let call = 0; call < chunk; call += 1) once(call % inputs.length);
    perCall.push((process.memoryUsage().heapUsed - before) / chunk);
  }
  // A collection, or code that is compiled, is in some of the chunks; the middle one had neither.
  return perCall.sort((one, other) => one - other)[perCall.length >> 1] as number;
}

const match = bytesPerCall((number) => {
  const { rulebook } = inputs[number] as DecideInput;
  rulebook.engagement.match(facts[number] ?? [], placements);
});
const decision = bytesPerCall((number) => {
  decide(inputs[number] as DecideInput);
});
process.stdout.write(JSON.stringify({ match, decision }));

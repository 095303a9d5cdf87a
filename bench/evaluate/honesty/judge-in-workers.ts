import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Judgement } from './judge-change.ts';
import type { WorldOrder } from './world-worker.ts';

const workersMax = 8;
const program = new URL('./world-worker.ts', import.meta.url);

/** The judgements of all worlds, in their order however many processors there are to work on them. */
export async function judgeInWorkers(
  orders: readonly WorldOrder[],
  onJudged: (done: number) => void,
): Promise<readonly Judgement[]> {
  const answers: Judgement[][] = orders.map(() => []);
  let next = 0;
  let done = 0;
  const hand = async () => {
    const worker = fork(program);
    try {
      for (let number = next++; number < orders.length; number = next++) {
        await ask(worker, orders[number] as WorldOrder, (judgement) => {
          answers[number]?.push(judgement);
          done += 1;
          onJudged(done);
        });
      }
    } finally {
      worker.disconnect();
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(workersMax, availableParallelism(), orders.length) }, hand),
  );
  return answers.flat();
}

function ask(
  worker: ChildProcess,
  order: WorldOrder,
  onJudgement: (judgement: Judgement) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error(`the worker of world ${order.world} ended`));
    const onMessage = (message: unknown) => {
      if (message !== 'done') return onJudgement(message as Judgement);
      worker.off('message', onMessage);
      worker.off('exit', onExit);
      resolve();
    };
    worker.on('message', onMessage);
    worker.once('exit', onExit);
    worker.send(order);
  });
}

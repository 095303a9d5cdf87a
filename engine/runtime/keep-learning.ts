import { limits } from '../limits.ts';
import { Learner } from './learner.ts';
import type { ModelKeeper } from './model-keeper.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Takes over what the learner stored, and is the learner where `learns` says so. */
export async function keepLearning(
  context: RuntimeContext,
  { keeper, learns }: { readonly keeper: ModelKeeper; readonly learns: () => boolean },
  signal: AbortSignal,
): Promise<void> {
  const learner = new Learner(context, keeper);
  let isLearner = false;
  while (!signal.aborted) {
    try {
      if (learns()) {
        isLearner = true;
        await learner.look(signal);
      } else if (isLearner) {
        isLearner = false;
        learner.forget();
        context.observer.learned?.(undefined);
      }
      await keeper.refreshRows();
      context.observer.scoring?.(keeper.scoredAt);
    } catch (error) {
      context.observer.troubled('learning', error);
    }
    await context.ports.timing.sleep(limits.learnerLookMs, signal);
  }
}

import type { JsonObject } from '../../../engine/index.ts';
import type { Enrichment } from '../../../engine/ports.ts';

type Question = Parameters<Enrichment['ask']>[0];

/** A service in memory whose answers wait until the test gives them. */
export class OverlayService implements Enrichment {
  /** Everything that was asked, in order. */
  readonly asked: Question[] = [];
  readonly #open: { readonly url: string; readonly settle: (answer: Answer) => void }[] = [];
  /** Set: answers at once with it. */
  always: Answer | undefined;

  ask(question: Question): Promise<JsonObject | undefined> {
    this.asked.push(question);
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer) => (answer instanceof Error ? reject(answer) : resolve(answer.body));
      if (this.always) settle(this.always);
      else this.#open.push({ url: question.url, settle });
    });
  }

  /** Answers the oldest question that is open. */
  answer(answer: Answer): void {
    const next = this.#open.shift();
    if (!next) throw new Error('nothing was asked');
    next.settle(answer);
  }
}

export type Answer = { readonly body: JsonObject | undefined } | Error;

import { CodedError } from '../../engine/index.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What a call may go to. */
export type Service = 'store' | 'log' | 'decisions';

/** One life of a node. After a crash nothing of it ever goes on; a frozen one goes on later, none the wiser. */
export interface Life {
  readonly name: string;
  /** Its clock runs so many ms ahead. */
  readonly skewMs: number;
  state: 'alive' | 'frozen' | 'dead';
  /** What reached it while it was frozen. */
  readonly parked: (() => void)[];
}

/** How bad things are. */
export interface Weather {
  /** Of a call not to arrive, of its answer to be lost; each. */
  readonly loss: number;
  /** Of a call or an answer to take long. */
  readonly lag: number;
}

export const calm: Weather = { loss: 0, lag: 0 };

/** Between the nodes and what they share: calls take their time, overtake each other and get lost. */
export class Network {
  readonly scheduler: Scheduler;
  readonly random: Random;
  weather: Weather = calm;
  readonly outages = new Set<Service>();

  constructor(scheduler: Scheduler, random: Random) {
    this.scheduler = scheduler;
    this.random = random;
  }

  /** Carries out `execute` where it belongs, at some later moment, and brings the answer; or neither; or only the first. */
  call<Result>(life: Life, service: Service, execute: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      // Whoever is dead asks nothing and hears nothing.
      if (life.state === 'dead') return;
      const answer = (ms: number, run: () => void) => this.scheduler.after(ms, () => this.reach(life, run));
      const refuse = (why: string) => () => reject(unavailable(service, why));
      if (this.outages.has(service)) return answer(1, refuse('it is away'));
      this.scheduler.after(this.delayMs(), () => {
        if (life.state === 'dead' && this.random.chance(0.5)) return;
        if (this.outages.has(service)) return answer(1, refuse('the connection was lost'));
        if (this.random.chance(this.weather.loss)) return answer(this.#deadlineMs(), refuse('no answer'));
        execute().then(
          (result) => {
            if (this.random.chance(this.weather.loss)) answer(this.#deadlineMs(), refuse('no answer'));
            else answer(this.delayMs(), () => resolve(result));
          },
          (error) => answer(this.delayMs(), () => reject(error)),
        );
      });
    });
  }

  /** What gets to a node happens there now, when it wakes, or never. */
  reach(life: Life, run: () => void): void {
    if (life.state === 'alive') run();
    else if (life.state === 'frozen') life.parked.push(run);
  }

  delayMs(): number {
    if (!this.random.chance(this.weather.lag)) return this.random.below(3);
    return this.random.chance(0.8) ? this.random.below(40) : this.random.below(1_200);
  }

  #deadlineMs(): number {
    return this.random.between(100, 1_500);
  }
}

export function unavailable(service: Service, why: string): CodedError {
  const code = service === 'store' ? 'NB_STORE_UNAVAILABLE' : 'NB_LOG_UNAVAILABLE';
  return new CodedError(code, `${service}: ${why}`);
}

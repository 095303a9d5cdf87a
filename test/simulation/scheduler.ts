import type { WakeSignal } from '../../engine/ports.ts';
import type { Random } from './random.ts';

interface Task {
  readonly at: number;
  /** Drawn: tasks of one moment run in an order that nobody chose. */
  readonly tie: number;
  run: (() => void) | undefined;
}

/**
 * Virtual time and the one queue of everything that happens in a simulated world.
 *
 * Nothing in the world waits for anything real, so the only source of order is this queue: a task runs, all promises it
 * settled are followed to their ends, then comes the next. Time stands still within a task and jumps between two.
 */
export class Scheduler {
  readonly #random: Random;
  readonly #heap: Task[] = [];
  #now: number;
  #steps = 0;

  constructor(random: Random, begin: number) {
    this.#random = random;
    this.#now = begin;
  }

  /** Epoch ms. */
  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Runs the task after so many ms; the result calls it off. */
  after(ms: number, run: () => void): () => void {
    const task: Task = { at: this.#now + ms, tie: this.#random.fraction(), run };
    this.#push(task);
    return () => {
      task.run = undefined;
    };
  }

  sleep(ms: number, signal?: WakeSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.after(ms, () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      });
      const wake = () => {
        cancel();
        resolve();
      };
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Runs tasks until `until`, or until `done` says so between two of them. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    while (!done()) {
      const task = this.#heap[0];
      if (task === undefined || task.at > until) {
        this.#now = Math.max(this.#now, until);
        return;
      }
      this.#pop();
      if (task.run === undefined) continue;
      this.#now = task.at;
      this.#steps += 1;
      task.run();
      await promisesFollowed();
    }
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let index = heap.push(task) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[index] = heap[parent] as Task;
      index = parent;
    }
    heap[index] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Task;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Task, heap[child] as Task)) child += 1;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[index] = heap[child] as Task;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(left: Task, right: Task): boolean {
  return left.at !== right.at ? left.at < right.at : left.tie < right.tie;
}

/** A turn of the event loop begins when every promise that could be followed was followed. */
function promisesFollowed(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

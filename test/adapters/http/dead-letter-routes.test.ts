import { afterEach, describe, expect, it } from 'vitest';
import type { DeadLetterOperations, FiledLetter, LetterSelection, Partition } from '../../../engine/index.ts';
import { eventMessage, partition } from '../../conformance/samples.ts';
import { type InjectedWorld, injectedWorld, noon } from './support/http-world.ts';

/** Dead letters in a list; the log takes all but those that are called large. */
class LettersInMemory implements DeadLetterOperations {
  letters: FiledLetter[] = [3, 4, 5].map((sequence) => ({
    partition: partition(sequence % 2),
    sequence,
    reason: 'fold: TypeError: nothing there',
    message: eventMessage(sequence === 5 ? 'large' : `m${sequence}`, partition(sequence % 2)),
    expiresAt: noon,
  }));

  async list(selection: LetterSelection): Promise<readonly FiledLetter[]> {
    return this.letters.filter((letter) => isSelected(letter, selection));
  }

  async replay(selection: LetterSelection) {
    const chosen = await this.list(selection);
    const refused = chosen.filter(({ message }) => message.id === 'large');
    this.letters = this.letters.filter((letter) => !chosen.includes(letter) || refused.includes(letter));
    return { replayed: chosen.length - refused.length, refused: refused.length };
  }

  async drop(selection: LetterSelection): Promise<number> {
    const chosen = await this.list(selection);
    this.letters = this.letters.filter((letter) => !chosen.includes(letter));
    return chosen.length;
  }
}

function isSelected(letter: FiledLetter, { partition: only, sequence }: LetterSelection): boolean {
  return (only ?? letter.partition) === letter.partition && (sequence ?? letter.sequence) === letter.sequence;
}

let world: InjectedWorld;
afterEach(() => world.server.close());

async function open(): Promise<LettersInMemory> {
  const deadLetters = new LettersInMemory();
  world = await injectedWorld({ deadLetters });
  return deadLetters;
}

describe('dead letters over HTTP', () => {
  it('are listed with their place, the reason and the message', async () => {
    await open();
    const answer = await world.server.inject('/v1/deadletters?partition=0');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      deadLetters: [
        {
          partition: 0,
          sequence: 4,
          reason: 'fold: TypeError: nothing there',
          id: 'm4',
          kind: 'event',
          customer: 'u:ada',
          receivedAt: expect.any(String),
          expiresAt: '2026-03-01T12:00:00.000Z',
          attempt: 0,
          message: eventMessage('m4', 0 as Partition),
        },
      ],
    });
  });

  it('are replayed by place or all together', async () => {
    const kept = await open();
    const one = { partition: 1, sequence: 3 };
    const answer = await world.server.inject({ method: 'POST', url: '/v1/deadletters/replay', payload: one });
    expect(answer.json()).toEqual({ replayed: 1, refused: 0 });
    const all = await world.server.inject({ method: 'POST', url: '/v1/deadletters/replay', payload: {} });
    expect(all.json()).toEqual({ replayed: 1, refused: 1 });
    expect(kept.letters.map(({ sequence }) => sequence)).toEqual([5]);
  });

  it('are dropped by partition, and all of them only when that is said', async () => {
    const kept = await open();
    const drop = (query: string) => world.server.inject({ method: 'DELETE', url: `/v1/deadletters${query}` });
    expect((await drop('')).statusCode).toBe(400);
    expect((await drop('?all=false')).statusCode).toBe(400);
    expect((await drop('?sequence=3')).statusCode).toBe(400);
    expect((await drop('?partition=x')).statusCode).toBe(400);
    expect(kept.letters).toHaveLength(3);
    expect((await drop('?partition=1&sequence=3')).json()).toEqual({ dropped: 1 });
    expect((await drop('?all=true')).json()).toEqual({ dropped: 2 });
  });
});

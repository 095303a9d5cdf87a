import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DecisionReader, DecisionStream } from '../../../engine/ports.ts';
import { type Backing, durable, reopened } from '../backing.ts';
import { awkwardText, indexes, publishedDecision } from '../samples.ts';

/** A stream on a backing of its own: nothing that another test wrote is in it. */
export interface DecisionStreamSubject {
  readonly stream: DecisionStream;
  /** The stream of another tenant on the same backing. */
  readonly other: DecisionStream;
  close(): Promise<void>;
  /** Closes and opens again over the same backing. Present where data outlives the process. */
  readonly reopen?: () => Promise<DecisionStreamSubject>;
}

type Received = Awaited<ReturnType<DecisionReader['next']>>;

/** Longer than any test may take: such a wait only ever ends by what the test does. */
const forever = 50_000;

export function describeDecisionStream(
  name: string,
  open: () => Promise<DecisionStreamSubject>,
  backing: Backing = durable,
): void {
  describe(`decision stream: ${name}`, () => {
    let subject: DecisionStreamSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('delivers decisions in the order of their publishing, with ascending sequences', async () => {
      const decisions = indexes(20).map((index) => publishedDecision(`d${index}`));
      await subject.stream.publish(decisions.slice(0, 15));
      await subject.stream.publish(decisions.slice(15));
      const received = await collect(subject.stream.subscribe({ after: 0 }), 20);
      expect(received.map((entry) => entry.decision)).toEqual(decisions);
      for (const [index, entry] of received.entries()) {
        expect(entry.sequence).toBeGreaterThan(received[index - 1]?.sequence ?? 0);
      }
    });

    it('does not add an id again', async () => {
      await subject.stream.publish([publishedDecision('d1'), publishedDecision('d1')]);
      await subject.stream.publish([publishedDecision('d1'), publishedDecision('d2')]);
      await Promise.all([
        subject.stream.publish([publishedDecision('d3')]),
        subject.stream.publish([publishedDecision('d3')]),
      ]);
      await subject.stream.publish([publishedDecision('last')]);
      const received = await collectUntil(subject.stream.subscribe({ after: 0 }), 'last');
      expect(ids(received)).toEqual(['d1', 'd2', 'd3', 'last']);
    });

    it('delivers only what comes after a sequence', async () => {
      await subject.stream.publish(indexes(5).map((index) => publishedDecision(`d${index}`)));
      const all = await collect(subject.stream.subscribe({ after: 0 }), 5);
      const later = await collect(subject.stream.subscribe({ after: all[1]?.sequence ?? 0 }), 3);
      expect(later).toEqual(all.slice(2));
    });

    it('delivers only new decisions to a reader that names no sequence', async () => {
      await subject.stream.publish([publishedDecision('old')]);
      const reader = subject.stream.subscribe({});
      expect(await reader.next({ max: 10, waitMs: 20 })).toEqual([]);
      await subject.stream.publish([publishedDecision('new')]);
      expect(ids(await collect(reader, 1))).toEqual(['new']);
    });

    it('delivers the decisions of one channel alone when asked to', async () => {
      await subject.stream.publish([
        publishedDecision('e1', { channel: 'email' }),
        publishedDecision('p1', { channel: 'push' }),
        publishedDecision('e2', { channel: 'email' }),
        publishedDecision('x1', { channel: 'call.centre *>/ü' }),
        publishedDecision('p2', { channel: 'push' }),
      ]);
      expect(ids(await collect(subject.stream.subscribe({ channel: 'push', after: 0 }), 2))).toEqual([
        'p1',
        'p2',
      ]);
      expect(ids(await collect(subject.stream.subscribe({ channel: 'email', after: 0 }), 2))).toEqual([
        'e1',
        'e2',
      ]);
      const odd = subject.stream.subscribe({ channel: 'call.centre *>/ü', after: 0 });
      expect(ids(await collect(odd, 1))).toEqual(['x1']);
      const none = subject.stream.subscribe({ channel: 'sms', after: 0 });
      expect(await none.next({ max: 10, waitMs: 20 })).toEqual([]);
      await none.close();
    });

    it('wakes a waiting reader, and only by decisions of its channel', async () => {
      const reader = subject.stream.subscribe({ channel: 'push', after: 0 });
      const waiting = reader.next({ max: 10, waitMs: forever });
      await subject.stream.publish([publishedDecision('e1', { channel: 'email' })]);
      await subject.stream.publish([publishedDecision('p1', { channel: 'push' })]);
      expect(ids(await waiting)).toEqual(['p1']);
      await reader.close();
    });

    it('never delivers more than asked for', async () => {
      await subject.stream.publish(indexes(7).map((index) => publishedDecision(`d${index}`)));
      const reader = subject.stream.subscribe({ after: 0 });
      const seen: string[] = [];
      while (seen.length < 7) {
        const received = await reader.next({ max: 2, waitMs: forever });
        expect(received.length).toBeLessThanOrEqual(2);
        seen.push(...ids(received));
      }
      await reader.close();
      expect(seen).toEqual(indexes(7).map((index) => `d${index}`));
    });

    it('delivers nothing from a reader that was closed, waiting or not', async () => {
      const reader = subject.stream.subscribe({ after: 0 });
      const waiting = reader.next({ max: 10, waitMs: forever });
      await reader.close();
      expect(await waiting).toEqual([]);
      await subject.stream.publish([publishedDecision('d1')]);
      expect(await reader.next({ max: 10, waitMs: forever })).toEqual([]);
      await reader.close();
    });

    it('delivers every decision to every reader', async () => {
      await subject.stream.publish(indexes(5).map((index) => publishedDecision(`d${index}`)));
      const [first, second] = await Promise.all([
        collect(subject.stream.subscribe({ after: 0 }), 5),
        collect(subject.stream.subscribe({ after: 0 }), 5),
      ]);
      expect(first).toEqual(second);
    });

    it('keeps awkward text unchanged', async () => {
      const decision = publishedDecision('d1', { text: awkwardText });
      await subject.stream.publish([decision]);
      const received = await collect(subject.stream.subscribe({ after: 0 }), 1);
      expect(received.map((entry) => entry.decision)).toEqual([decision]);
    });

    it('keeps tenants apart', async () => {
      await subject.stream.publish([publishedDecision('d1')]);
      await subject.other.publish([publishedDecision('theirs'), publishedDecision('d1')]);
      expect(ids(await collect(subject.other.subscribe({ after: 0 }), 2))).toEqual(['theirs', 'd1']);
      const reader = subject.stream.subscribe({ after: 0 });
      expect(ids(await reader.next({ max: 10, waitMs: forever }))).toEqual(['d1']);
      expect(await reader.next({ max: 10, waitMs: 20 })).toEqual([]);
      await reader.close();
    });

    if (backing.outlivesProcess) {
      it('keeps what it acknowledged when it is opened again, its ids included', async () => {
        await subject.stream.publish([publishedDecision('d1'), publishedDecision('d2')]);
        const before = await collect(subject.stream.subscribe({ after: 0 }), 2);
        subject = await reopened(subject);
        await subject.stream.publish([publishedDecision('d2'), publishedDecision('d3')]);
        const after = await collectUntil(subject.stream.subscribe({ after: 0 }), 'd3');
        expect(ids(after)).toEqual(['d1', 'd2', 'd3']);
        expect(after.slice(0, 2)).toEqual(before);
        expect(after[2]?.sequence).toBeGreaterThan(after[1]?.sequence ?? Number.POSITIVE_INFINITY);
      });
    }
  });
}

function ids(received: Received): readonly string[] {
  return received.map((entry) => entry.decision.id);
}

/** Reads until there are `count` decisions. */
async function collect(reader: DecisionReader, count: number): Promise<Received> {
  const received: Received[number][] = [];
  while (received.length < count) {
    received.push(...(await reader.next({ max: count - received.length, waitMs: forever })));
  }
  await reader.close();
  return received;
}

/** Reads until the decision with this id came. */
async function collectUntil(reader: DecisionReader, id: string): Promise<Received> {
  const received: Received[number][] = [];
  while (!ids(received).includes(id)) received.push(...(await reader.next({ max: 100, waitMs: forever })));
  await reader.close();
  return received;
}

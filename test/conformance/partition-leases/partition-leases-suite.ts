import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Partition } from '../../../engine/model/ids.ts';
import type { PartitionLeases } from '../../../engine/ports.ts';
import { indexes, partition } from '../samples.ts';

/** The leases of a deployment of its own: nothing that another test took is held. */
export interface PartitionLeasesSubject {
  readonly node: PartitionLeases;
  /** Another node of the same deployment. Absent where a deployment has one node only. */
  readonly rival?: PartitionLeases;
  /** Lets every lease and sign of life given so far run out. Absent where a deployment has one node only. */
  readonly expireAll?: () => Promise<void>;
  close(): Promise<void>;
}

export interface PartitionLeasesOptions {
  /** False for a deployment of one node, which holds whatever it asks for. */
  readonly exclusive: boolean;
}

const all = indexes(8).map(partition);
const low = all.slice(0, 4);
const high = all.slice(4);

export function describePartitionLeases(
  name: string,
  open: () => Promise<PartitionLeasesSubject>,
  options: PartitionLeasesOptions,
): void {
  describe(`partition leases: ${name}`, () => {
    let subject: PartitionLeasesSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('counts the node that beats', async () => {
      expect(await subject.node.beat()).toEqual({ nodes: 1 });
      expect(await subject.node.beat()).toEqual({ nodes: 1 });
    });

    it('grants free partitions and renews them', async () => {
      await subject.node.beat();
      expect(sorted(await subject.node.hold(all))).toEqual(all);
      expect(sorted(await subject.node.hold(all))).toEqual(all);
      expect(await subject.node.hold([])).toEqual([]);
    });

    it('grants a released partition again', async () => {
      await subject.node.beat();
      await subject.node.hold(all);
      await subject.node.release(low);
      await subject.node.release([]);
      expect(sorted(await subject.node.hold(low))).toEqual(low);
    });

    it('leaves quietly, holding or not', async () => {
      await subject.node.beat();
      await subject.node.hold(all);
      await subject.node.leave();
      await subject.node.leave();
    });

    // A deployment of one node has nobody to share with.
    if (options.exclusive) {
      describe('with several nodes', () => {
        it('counts every node that beats until it leaves', async () => {
          await subject.node.beat();
          expect(await rivalOf(subject).beat()).toEqual({ nodes: 2 });
          expect(await subject.node.beat()).toEqual({ nodes: 2 });
          await rivalOf(subject).leave();
          expect(await subject.node.beat()).toEqual({ nodes: 1 });
        });

        it('never lets two nodes hold one partition', async () => {
          await Promise.all([subject.node.beat(), rivalOf(subject).beat()]);
          const [mine, theirs] = await Promise.all([subject.node.hold(all), rivalOf(subject).hold(all)]);
          expect(sorted([...mine, ...theirs])).toEqual(all);
        });

        it('refuses what another node holds and grants the rest', async () => {
          expect(sorted(await subject.node.hold(low))).toEqual(low);
          expect(sorted(await rivalOf(subject).hold(all))).toEqual(high);
          expect(sorted(await subject.node.hold(all))).toEqual(low);
        });

        it('grants what another node released', async () => {
          await subject.node.hold(all);
          await subject.node.release(high);
          expect(sorted(await rivalOf(subject).hold(all))).toEqual(high);
        });

        it('does not release what another node holds', async () => {
          await subject.node.hold(low);
          await rivalOf(subject).release(low);
          expect(await rivalOf(subject).hold(low)).toEqual([]);
        });

        it('grants what a node held that left', async () => {
          await subject.node.beat();
          await subject.node.hold(all);
          await subject.node.leave();
          expect(sorted(await rivalOf(subject).hold(all))).toEqual(all);
        });

        it('grants what a silent node held, and counts it no longer', async () => {
          await subject.node.beat();
          await subject.node.hold(all);
          await expireAll(subject);
          expect(await rivalOf(subject).beat()).toEqual({ nodes: 1 });
          expect(sorted(await rivalOf(subject).hold(all))).toEqual(all);
          expect(await subject.node.hold(all)).toEqual([]);
        });
      });
    }
  });
}

function rivalOf(subject: PartitionLeasesSubject): PartitionLeases {
  if (subject.rival === undefined) throw new Error('an exclusive backing must offer a rival node');
  return subject.rival;
}

function expireAll(subject: PartitionLeasesSubject): Promise<void> {
  if (subject.expireAll === undefined) throw new Error('an exclusive backing must let its leases run out');
  return subject.expireAll();
}

function sorted(partitions: readonly Partition[]): readonly Partition[] {
  return [...partitions].sort((first, second) => first - second);
}

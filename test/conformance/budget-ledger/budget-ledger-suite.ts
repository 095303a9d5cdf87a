import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Partition } from '../../../engine/index.ts';
import type { BudgetLedger, BudgetReturn, GrantRequest } from '../../../engine/ports.ts';
import { type Backing, durable, reopened } from '../backing.ts';
import { indexes } from '../samples.ts';

/** A ledger on a backing of its own: nothing that another test wrote is in it. */
export interface BudgetLedgerSubject {
  readonly ledger: BudgetLedger;
  /** The ledger of another tenant on the same backing. */
  readonly other: BudgetLedger;
  /** Epoch ms as the backing counts it; the wall clock when absent. */
  readonly now?: () => number;
  close(): Promise<void>;
  /** Closes and opens again over the same backing. Present where data outlives the process. */
  readonly reopen?: () => Promise<BudgetLedgerSubject>;
}

const hour = 3_600_000;

export function describeBudgetLedger(
  name: string,
  open: () => Promise<BudgetLedgerSubject>,
  backing: Backing = durable,
): void {
  describe(`budget ledger: ${name}`, () => {
    let subject: BudgetLedgerSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const inAnHour = () => (subject.now ?? Date.now)() + hour;

    /** Exactly what is needed, as long as there is as much. */
    function request(partition: number, needed: number, change: Partial<GrantRequest> = {}): GrantRequest {
      const budget = 'budget.vouchers/2026@day.1';
      const exact = { needed, least: 1, most: 0, parts: 1, known: 0, total: 100 };
      return { budget, partition: partition as Partition, expiresAt: inAnHour(), ...exact, ...change };
    }

    function back(partition: number, number: number, amount: number): BudgetReturn {
      const { budget, expiresAt } = request(partition, 0);
      return { budget, partition: partition as Partition, number, amount, expiresAt };
    }

    const reserve = (...args: Parameters<typeof request>) => subject.ledger.reserve(request(...args));
    const standing = () => subject.ledger.standing(request(0, 0).budget);

    it('grants what is needed while the total lasts, then what is left, then nothing', async () => {
      expect(await reserve(1, 60)).toEqual({ held: 60, lastReturn: 0, reserved: 60 });
      expect(await reserve(2, 60)).toEqual({ held: 40, lastReturn: 0, reserved: 100 });
      expect(await reserve(3, 1)).toEqual({ held: 0, lastReturn: 0, reserved: 100 });
    });

    it('grants a part of what is left, no more than the most, and what is needed if that is more', async () => {
      const inParts = { parts: 8, most: 10 };
      expect((await reserve(1, 1, inParts)).held).toBe(10);
      expect((await reserve(2, 1, { ...inParts, most: 90 })).held).toBe(11);
      expect((await reserve(3, 20, inParts)).held).toBe(20);
      expect((await reserve(4, 1, { ...inParts, parts: 256 })).held).toBe(1);
    });

    it('grants nothing while less than the least is left', async () => {
      await reserve(1, 97);
      expect(await reserve(2, 10, { least: 4 })).toEqual({ held: 0, lastReturn: 0, reserved: 97 });
      expect((await reserve(2, 10, { least: 3 })).held).toBe(3);
    });

    it('answers a repeated request with what it granted before, whatever is left', async () => {
      await reserve(1, 60);
      expect(await reserve(1, 60)).toEqual({ held: 60, lastReturn: 0, reserved: 60 });
      await reserve(2, 40);
      expect(await reserve(1, 60)).toEqual({ held: 60, lastReturn: 0, reserved: 100 });
    });

    it('adds to what a partition knows that it holds', async () => {
      await reserve(1, 30);
      expect(await reserve(1, 20, { known: 30 })).toEqual({ held: 50, lastReturn: 0, reserved: 50 });
    });

    it('counts what was never taken over towards what is needed', async () => {
      await reserve(1, 30);
      expect((await reserve(1, 30, { known: 10 })).held).toBe(40);
      expect((await reserve(1, 5, { known: 10 })).held).toBe(40);
    });

    it('only tells what a partition holds when nothing is needed', async () => {
      await reserve(1, 30);
      expect(await reserve(1, 0, { least: 0, total: 0 })).toEqual({ held: 30, lastReturn: 0, reserved: 30 });
      expect(await reserve(2, 0, { least: 0, total: 0 })).toEqual({ held: 0, lastReturn: 0, reserved: 30 });
    });

    it('never grants more than the total, however many ask at once', async () => {
      const grants = await Promise.all(indexes(60).map((partition) => reserve(partition, 7)));
      expect(grants.reduce((sum, { held }) => sum + held, 0)).toBe(100);
      expect(Math.max(...grants.map(({ held }) => held))).toBe(7);
    });

    it('grants once to one partition, however often it asks at once', async () => {
      const grants = await Promise.all(indexes(20).map(() => reserve(1, 30)));
      expect(new Set(grants.map(({ held }) => held))).toEqual(new Set([30]));
      expect((await reserve(2, 100)).held).toBe(70);
    });

    it('grants more once the total is raised, and nothing while it is below what is reserved', async () => {
      await reserve(1, 100);
      expect((await reserve(2, 30, { total: 120 })).held).toBe(20);
      expect((await reserve(3, 30, { total: 50 })).held).toBe(0);
    });

    it('grants to others what was given back', async () => {
      await reserve(1, 60);
      await reserve(2, 40);
      await subject.ledger.giveBack(back(1, 1, 25));
      expect(await standing()).toEqual({
        reserved: 75,
        held: new Map([
          [1, 35],
          [2, 40],
        ]),
      });
      expect(await reserve(3, 30)).toEqual({ held: 25, lastReturn: 0, reserved: 100 });
    });

    it('takes a return once, however often it comes', async () => {
      await reserve(1, 60);
      await Promise.all(indexes(10).map(() => subject.ledger.giveBack(back(1, 3, 10))));
      expect((await standing()).reserved).toBe(50);
      await subject.ledger.giveBack(back(1, 5, 10));
      await subject.ledger.giveBack(back(1, 3, 10));
      expect(await reserve(1, 0, { least: 0, known: 40 })).toEqual({ held: 40, lastReturn: 5, reserved: 40 });
    });

    it('numbers the returns of each partition apart', async () => {
      await reserve(1, 20);
      await reserve(2, 20);
      await subject.ledger.giveBack(back(1, 9, 5));
      await subject.ledger.giveBack(back(2, 1, 5));
      expect((await standing()).reserved).toBe(30);
    });

    it('never takes more from a partition than it holds', async () => {
      await reserve(1, 20);
      await reserve(2, 20);
      await subject.ledger.giveBack(back(1, 1, 500));
      expect(await standing()).toEqual({ reserved: 20, held: new Map([[2, 20]]) });
    });

    it('tells of a budget that nobody drew on that nothing is reserved', async () => {
      expect(await standing()).toEqual({ reserved: 0, held: new Map() });
    });

    it('counts money in millionths up to the largest total that a book can have', async () => {
      const total = 9_007_199_254_000_000;
      const grant = await reserve(1, total - 1, { total });
      expect(grant.held).toBe(total - 1);
      expect((await reserve(2, 5, { total })).held).toBe(1);
      expect((await standing()).reserved).toBe(total);
    });

    it('keeps budgets and tenants apart', async () => {
      await reserve(1, 100);
      expect((await reserve(1, 30, { budget: 'budget.vouchers/2026@day.2' })).held).toBe(30);
      expect((await reserve(1, 30, { budget: 'budget.vouchers/2026@day.' })).held).toBe(30);
      expect((await subject.other.reserve(request(1, 20))).held).toBe(20);
    });

    it('forgets a budget when it expires', async () => {
      const past = inAnHour() - 2 * hour;
      await reserve(1, 100, { expiresAt: past });
      await untilForgotten(standing);
      expect((await reserve(2, 100)).held).toBe(100);
    });

    if (backing.outlivesProcess) {
      it('keeps what it granted and took back when it is opened again', async () => {
        await reserve(1, 60);
        await subject.ledger.giveBack(back(1, 1, 10));
        subject = await reopened(subject);
        await subject.ledger.giveBack(back(1, 1, 10));
        expect(await reserve(1, 60, { known: 50 })).toEqual({ held: 100, lastReturn: 1, reserved: 100 });
      });
    }
  });
}

/** A time to live is a millisecond at least, so it may take one. */
async function untilForgotten(standing: () => Promise<{ readonly reserved: number }>): Promise<void> {
  while ((await standing()).reserved > 0);
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BudgetLedger } from '../../../engine/ports.ts';
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

export function describeBudgetLedger(name: string, open: () => Promise<BudgetLedgerSubject>): void {
  describe(`budget ledger: ${name}`, () => {
    let subject: BudgetLedgerSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    const request = (lease: string, amount: number, budget = 'vouchers/2026-11-01') => ({
      budget,
      lease,
      amount,
      total: 100,
      expiresAt: (subject.now ?? Date.now)() + hour,
    });

    it('grants what is asked while the total lasts, then what is left, then nothing', async () => {
      expect(await subject.ledger.reserve(request('l1', 60))).toBe(60);
      expect(await subject.ledger.reserve(request('l2', 60))).toBe(40);
      expect(await subject.ledger.reserve(request('l3', 1))).toBe(0);
    });

    it('gives the same lease the same grant again, whatever is left', async () => {
      expect(await subject.ledger.reserve(request('l1', 60))).toBe(60);
      expect(await subject.ledger.reserve(request('l1', 60))).toBe(60);
      expect(await subject.ledger.reserve(request('l2', 60))).toBe(40);
      expect(await subject.ledger.reserve(request('l3', 5))).toBe(0);
      expect(await subject.ledger.reserve(request('l3', 5))).toBe(0);
      expect(await subject.ledger.reserve(request('l1', 60))).toBe(60);
      expect(await subject.ledger.reserve(request('l2', 60))).toBe(40);
    });

    it('never grants more than the total, however many ask at once', async () => {
      const grants = await Promise.all(
        indexes(60).map((index) => subject.ledger.reserve(request(`l${index}`, 7))),
      );
      expect(grants.reduce((sum, grant) => sum + grant, 0)).toBe(100);
      expect(Math.max(...grants)).toBe(7);
    });

    it('grants one lease once, however many ask for it at once', async () => {
      const grants = await Promise.all(indexes(20).map(() => subject.ledger.reserve(request('same', 30))));
      expect(new Set(grants)).toEqual(new Set([30]));
      expect(await subject.ledger.reserve(request('rest', 100))).toBe(70);
    });

    it('grants more once the total is raised, and nothing while it is below what was granted', async () => {
      expect(await subject.ledger.reserve(request('l1', 100))).toBe(100);
      expect(await subject.ledger.reserve({ ...request('l2', 30), total: 120 })).toBe(20);
      expect(await subject.ledger.reserve({ ...request('l3', 30), total: 50 })).toBe(0);
    });

    it('keeps budgets and tenants apart', async () => {
      expect(await subject.ledger.reserve(request('l1', 100))).toBe(100);
      expect(await subject.ledger.reserve(request('l1', 30, 'vouchers/2026-11-02'))).toBe(30);
      expect(await subject.ledger.reserve(request('l1', 30, 'vouchers/2026-11-0'))).toBe(30);
      expect(await subject.other.reserve(request('l1', 20))).toBe(20);
    });

    it('keeps what it granted when it is opened again', async (context) => {
      if (subject.reopen === undefined) return context.skip('the data of this adapter ends with its process');
      expect(await subject.ledger.reserve(request('l1', 60))).toBe(60);
      subject = await subject.reopen();
      expect(await subject.ledger.reserve(request('l1', 60))).toBe(60);
      expect(await subject.ledger.reserve(request('l2', 60))).toBe(40);
    });
  });
}

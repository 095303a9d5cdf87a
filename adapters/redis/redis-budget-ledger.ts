import type { Tenant } from '../../engine/index.ts';
import type { BudgetLedger, Clock } from '../../engine/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { reserveScript } from './scripts/reserve-script.ts';

/** The counters behind the budgets of one tenant, one hash a budget. */
export class RedisBudgetLedger implements BudgetLedger {
  readonly #redis: RedisConnection;
  readonly #keys: RedisKeys;
  readonly #clock: Clock;

  constructor(options: {
    readonly connection: RedisConnection;
    readonly tenant: Tenant;
    readonly clock: Clock;
  }) {
    this.#redis = options.connection;
    this.#keys = new RedisKeys(options.tenant);
    this.#clock = options.clock;
  }

  async reserve(request: {
    readonly budget: string;
    readonly lease: string;
    readonly amount: number;
    readonly total: number;
    readonly expiresAt: number;
  }): Promise<number> {
    const lastsMs = Math.max(1, Math.ceil(request.expiresAt - this.#clock.now()));
    const reply = await this.#redis.write(
      'reserve a budget',
      reserveScript,
      [this.#keys.ledger(request.budget)],
      [`lease:${request.lease}`, request.amount, request.total, lastsMs],
    );
    return Number(reply);
  }
}

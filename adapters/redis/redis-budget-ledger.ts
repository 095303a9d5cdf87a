import type { Partition, Tenant } from '../../engine/index.ts';
import type {
  BudgetLedger,
  BudgetReturn,
  Clock,
  Grant,
  GrantRequest,
  LedgerStanding,
} from '../../engine/ports.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';
import { giveBackScript } from './scripts/give-back-script.ts';
import { reserveScript } from './scripts/reserve-script.ts';

/** The counters behind the budgets of one tenant, one hash a budget: `reserved`, `held:<partition>`, `return:<partition>`. */
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

  async reserve(request: GrantRequest): Promise<Grant> {
    const { budget, partition, known, needed, least, most, parts, total, expiresAt } = request;
    const reply = await this.#redis.write(
      'reserve a budget',
      reserveScript,
      [this.#keys.ledger(budget)],
      [partition, known, needed, least, most, parts, total, this.#lastsMs(expiresAt)],
    );
    const [held, lastReturn, reserved] = Array.isArray(reply) ? reply.map(Number) : [];
    if (held === undefined || lastReturn === undefined || reserved === undefined) {
      throw new Error(`the reserve script answered ${String(reply)}`);
    }
    return { held, lastReturn, reserved };
  }

  async giveBack({ budget, partition, number, amount, expiresAt }: BudgetReturn): Promise<void> {
    await this.#redis.write(
      'take back a budget',
      giveBackScript,
      [this.#keys.ledger(budget)],
      [partition, number, amount, this.#lastsMs(expiresAt)],
    );
  }

  async standing(budget: string): Promise<LedgerStanding> {
    const key = this.#keys.ledger(budget);
    const fields = await this.#redis.call('return a budget', (client) => client.hgetall(key));
    const held = new Map<Partition, number>();
    for (const [field, value] of Object.entries(fields)) {
      const amount = Number(value);
      if (field.startsWith('held:') && amount > 0) {
        held.set(Number(field.slice('held:'.length)) as Partition, amount);
      }
    }
    return { reserved: Number(fields.reserved ?? '0'), held };
  }

  #lastsMs(expiresAt: number): number {
    return Math.max(1, Math.ceil(expiresAt - this.#clock.now()));
  }
}

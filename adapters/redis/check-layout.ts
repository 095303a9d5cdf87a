import { CodedError, type Tenant } from '../../engine/index.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisKeys } from './redis-keys.ts';

/**
 * Fixes the number of partitions at the first start and refuses another number later with NB_LAYOUT_MISMATCH: a
 * customer's partition follows from it, so with another number their state would not be found again.
 */
export async function checkLayout(
  connection: RedisConnection,
  layout: { readonly tenant: Tenant; readonly partitions: number },
): Promise<void> {
  const key = new RedisKeys(layout.tenant).partitions();
  const created = await connection.call('return its layout', async (client) => {
    await client.setnx(key, String(layout.partitions));
    return client.get(key);
  });
  if (created === String(layout.partitions)) return;
  throw new CodedError(
    'NB_LAYOUT_MISMATCH',
    `The data of tenant "${layout.tenant}" in Redis were created with ${created} partitions, and this configuration ` +
      `says ${layout.partitions}. Set it to ${created}, or use another tenant or an empty Redis.`,
  );
}

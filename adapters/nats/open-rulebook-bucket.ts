import { StorageType } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { Tenant } from '../../engine/index.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { logUnavailable } from './nats-errors.ts';
import { Subjects } from './subjects.ts';

/** The key-value bucket of a tenant's rulebooks, with the stream that holds it. */
export interface RulebookBucket {
  readonly kv: KV;
  readonly stream: string;
  /** What every subject of the bucket begins with. */
  readonly prefix: string;
}

/**
 * Opens the bucket, creates it where it is missing, and brings its copies in line with the settings. Safe to run on every
 * node at every start.
 */
export async function openRulebookBucket(
  connection: JetStreamConnection,
  settings: { readonly tenant: Tenant; readonly replicas?: number; readonly adjusts?: boolean },
): Promise<RulebookBucket> {
  const name = new Subjects(settings.tenant).rulebookBucket();
  const replicas = settings.replicas ?? 1;
  try {
    const kv = await new Kvm(connection.client).create(name, {
      description: 'Published rulebooks of nextbest, and which of them is in force',
      history: 1,
      replicas,
      storage: StorageType.File,
      // A direct answer may come from a copy that has not heard the last word yet.
      allow_direct: false,
    });
    const { streamInfo } = await kv.status();
    const stream = streamInfo.config.name;
    if (settings.adjusts !== false && streamInfo.config.num_replicas !== replicas) {
      await connection.manager.streams.update(stream, { num_replicas: replicas });
    }
    return { kv, stream, prefix: `$KV.${name}.` };
  } catch (error) {
    throw logUnavailable(`provide the bucket ${name}`, error);
  }
}

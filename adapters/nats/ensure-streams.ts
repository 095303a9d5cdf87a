import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from 'nats';
import { CodedError, limits, type Tenant } from '../../engine/index.ts';
import type { JetStreamConnection } from './connect-nats.ts';
import { logUnavailable } from './nats-errors.ts';
import { type StreamKind, Subjects } from './subjects.ts';
import { untilReady } from './until-ready.ts';

export interface StreamSettings {
  readonly tenant: Tenant;
  /** Copies of every stream; 1 or 3. */
  readonly replicas?: number;
  /** How long the log is kept; for ever when absent, so that every state can be rebuilt from it. */
  readonly logAgeMsMax?: number;
  /** How long the receipts of decisions are kept. */
  readonly receiptAgeMsMax?: number;
  /** False: streams that exist stay as they are. A tool that is run beside the servers may have other settings. */
  readonly adjusts?: boolean;
  /** How long to go on trying while the servers are not ready. */
  readonly patienceMs?: number;
}

const minuteMs = 60_000;
const keepMs = 72 * 60 * minuteMs;
const streamNotFound = 10_059;

/**
 * Creates the streams of a tenant, or brings their ages and copies in line with the settings. Safe to run on every node
 * at every start.
 *
 * Retention is by limits alone: a work queue forgets, at a restart of the server, the ids of messages that were
 * removed from it, and would store a repeated one again.
 */
export async function ensureStreams(
  connection: JetStreamConnection,
  settings: StreamSettings,
): Promise<void> {
  const kinds: readonly StreamKind[] = ['log', 'decisions', 'receipts', 'touchpoints', 'deadletters'];
  for (const kind of kinds) {
    await untilReady(settings.patienceMs ?? 0, () => ensureStream(connection.manager, kind, settings));
  }
}

async function ensureStream(
  manager: JetStreamManager,
  kind: StreamKind,
  settings: StreamSettings,
): Promise<void> {
  const subjects = new Subjects(settings.tenant);
  const name = subjects.stream(kind);
  const ageMs = ageOf(kind, settings);
  const adjustable = {
    subjects: [...subjects.of(kind)],
    max_age: nanos(ageMs),
    duplicate_window: nanos(kind === 'decisions' ? 10 * minuteMs : 2 * minuteMs),
    num_replicas: settings.replicas ?? 1,
  };
  try {
    const found = await configOf(manager, name);
    if (found === undefined) {
      await manager.streams.add({
        name,
        ...adjustable,
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.Old,
      });
      return;
    }
    checkFixed(found);
    if (settings.adjusts !== false && differs(found, adjustable))
      await manager.streams.update(name, adjustable);
  } catch (error) {
    throw logUnavailable(`provide the stream ${name}`, error);
  }
}

function ageOf(kind: StreamKind, { logAgeMsMax, receiptAgeMsMax }: StreamSettings): number {
  switch (kind) {
    case 'log':
      return logAgeMsMax ?? 0;
    case 'receipts':
      return receiptAgeMsMax ?? limits.receiptMsDefault;
    default:
      return keepMs;
  }
}

async function configOf(manager: JetStreamManager, name: string): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return undefined;
    throw error;
  }
}

function checkFixed(found: StreamConfig): void {
  if (found.retention === RetentionPolicy.Limits && found.storage === StorageType.File) return;
  throw new CodedError(
    'NB_LAYOUT_MISMATCH',
    `The stream ${found.name} exists with retention "${found.retention}" and storage "${found.storage}". ` +
      'nextbest needs "limits" and "file": delete the stream or use another tenant.',
  );
}

function differs(found: StreamConfig, wanted: Partial<StreamConfig>): boolean {
  return (
    found.max_age !== wanted.max_age ||
    found.duplicate_window !== wanted.duplicate_window ||
    found.num_replicas !== wanted.num_replicas ||
    [...found.subjects].sort().join() !== [...(wanted.subjects ?? [])].sort().join()
  );
}

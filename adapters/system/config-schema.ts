import { day, limits } from '../../engine/index.ts';

/** Every setting in one place: reading, `--help` and the README's table all come from here. */

export interface Setting {
  readonly name: `NEXTBEST_${string}`;
  /** A name that platforms set; ours comes first. */
  readonly alias?: string;
  readonly kind:
    | { readonly of: 'text' }
    | { readonly of: 'name' }
    | { readonly of: 'integer'; readonly min: number; readonly max: number }
    | { readonly of: 'choice'; readonly among: readonly string[] }
    | { readonly of: 'url'; readonly protocols: readonly string[] };
  /** As written in the environment; absent: none. */
  readonly default?: string;
  readonly help: string;
}

export const stores = ['auto', 'memory', 'lmdb'] as const;
/** Whether a write to Redis waits for a replica: while one is attached, even if none is, or not at all. */
export const replicaModes = ['auto', 'always', 'never'] as const;
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const settings = {
  port: {
    name: 'NEXTBEST_PORT',
    alias: 'PORT',
    kind: { of: 'integer', min: 0, max: 65_535 },
    default: '8080',
    help: 'Port of the HTTP server; 0 takes a free one.',
  },
  host: {
    name: 'NEXTBEST_HOST',
    kind: { of: 'text' },
    default: '127.0.0.1',
    help: 'Address to listen on; 0.0.0.0 for all.',
  },
  data: {
    name: 'NEXTBEST_DATA',
    kind: { of: 'text' },
    default: './data',
    help: 'Folder of the embedded store.',
  },
  rules: {
    name: 'NEXTBEST_RULES',
    kind: { of: 'text' },
    default: './rules',
    help: 'Folder of the rule files.',
  },
  author: {
    name: 'NEXTBEST_AUTHOR',
    kind: { of: 'text' },
    help: 'Who changes the rule files; kept in the history of rulebooks.',
  },
  redisUrl: {
    name: 'NEXTBEST_REDIS_URL',
    kind: { of: 'url', protocols: ['redis:', 'rediss:'] },
    help: 'State in Redis; needs NEXTBEST_NATS_URL as well.',
  },
  redisReplica: {
    name: 'NEXTBEST_REDIS_REPLICA',
    kind: { of: 'choice', among: replicaModes },
    default: 'auto',
    help: 'When a write counts: once a replica has it while one is attached, always then, or never waiting for it.',
  },
  natsUrl: {
    name: 'NEXTBEST_NATS_URL',
    kind: { of: 'url', protocols: ['nats:', 'tls:', 'ws:', 'wss:'] },
    help: 'Log and decisions in NATS JetStream; needs NEXTBEST_REDIS_URL as well.',
  },
  store: {
    name: 'NEXTBEST_STORE',
    kind: { of: 'choice', among: stores },
    default: 'auto',
    help: 'Embedded store; auto is Redis when its URL is set, else lmdb.',
  },
  partitions: {
    name: 'NEXTBEST_PARTITIONS',
    kind: { of: 'integer', min: 1, max: limits.partitionsMax },
    default: String(limits.partitionsDefault),
    help: 'Partitions of new data; data created with another number is refused.',
  },
  recordDays: {
    name: 'NEXTBEST_RECORD_DAYS',
    kind: { of: 'integer', min: 1, max: 400 },
    default: String(limits.decisionRecordMsDefault / day),
    help: 'Days for which records of decisions are kept, in Redis in its memory.',
  },
  receiptDays: {
    name: 'NEXTBEST_RECEIPT_DAYS',
    kind: { of: 'integer', min: 0, max: 3_650 },
    default: String(limits.receiptMsDefault / day),
    help: 'Days for which receipts of decisions are kept, for audits; 0: none are made.',
  },
  logLevel: {
    name: 'NEXTBEST_LOG_LEVEL',
    kind: { of: 'choice', among: logLevels },
    default: 'warn',
    help: 'Least severity that is logged.',
  },
  logDays: {
    name: 'NEXTBEST_LOG_DAYS',
    kind: { of: 'integer', min: 0, max: 3_650 },
    default: '30',
    help: 'Days for which the log is kept; 0 for ever, so that every state can be rebuilt from it.',
  },
  streamReplicas: {
    name: 'NEXTBEST_STREAM_REPLICAS',
    kind: { of: 'choice', among: ['1', '3'] },
    default: '1',
    help: 'Copies of every stream in a cluster of NATS servers.',
  },
  connectSeconds: {
    name: 'NEXTBEST_CONNECT_SECONDS',
    kind: { of: 'integer', min: 1, max: 600 },
    default: '10',
    help: 'How long to go on trying to reach Redis and NATS at the start.',
  },
  tenant: {
    name: 'NEXTBEST_TENANT',
    kind: { of: 'name' },
    default: 'default',
    help: 'Tenant that is served.',
  },
  enrichPrivate: {
    name: 'NEXTBEST_ENRICH_PRIVATE',
    kind: { of: 'choice', among: ['false', 'true'] },
    default: 'false',
    help: 'Services of overlays may be in a private network, and plain HTTP.',
  },
  shutdownGraceMs: {
    name: 'NEXTBEST_SHUTDOWN_GRACE_MS',
    kind: { of: 'integer', min: 0, max: 60_000 },
    default: '0',
    help: 'How long /readyz says no before the server stops listening.',
  },
} as const satisfies Readonly<Record<string, Setting>>;

import { CodedError, defaultTenant, didYouMean, type Tenant } from '../../engine/index.ts';
import { logLevels, replicaModes, type Setting, settings, stores } from './config-schema.ts';

/** The settings of a process, from its environment. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly rules: string;
  /** Who changes the rules folder. */
  readonly author?: string;
  readonly storage: Storage;
  readonly partitions: number;
  readonly recordDays: number;
  /** 0: for ever. */
  readonly receiptDays: number;
  readonly logDays: number;
  readonly redisReplica: (typeof replicaModes)[number];
  readonly streamReplicas: number;
  readonly connectSeconds: number;
  readonly logLevel: (typeof logLevels)[number];
  readonly tenant: Tenant;
  /** Services of overlays may be in a private network. */
  readonly enrichPrivate: boolean;
  readonly shutdownGraceMs: number;
}

export type Storage =
  | { readonly kind: 'memory' }
  | { readonly kind: 'lmdb' }
  | { readonly kind: 'redis'; readonly redisUrl: string; readonly natsUrl: string };

type Environment = Readonly<Record<string, string | undefined>>;
type Written = { readonly [key in keyof typeof settings]: string | undefined };

/** Throws NB_CONFIG with every problem at once, one a line. An empty value counts as not set. */
export function readConfig(env: Environment): Config {
  const problems: string[] = unknownNames(env);
  const written = readWritten(env, problems);
  const storage = readStorage(written, problems);
  if (problems.length > 0) throw new CodedError('NB_CONFIG', problems.join('\n'));
  return {
    port: Number(written.port),
    host: written.host ?? '',
    data: written.data ?? '',
    rules: written.rules ?? '',
    ...(written.author !== undefined && { author: written.author }),
    storage,
    partitions: Number(written.partitions),
    recordDays: Number(written.recordDays),
    receiptDays: Number(written.receiptDays),
    logDays: Number(written.logDays),
    redisReplica: replicaModes.find((mode) => mode === written.redisReplica) ?? 'auto',
    streamReplicas: Number(written.streamReplicas),
    connectSeconds: Number(written.connectSeconds),
    logLevel: logLevels.find((level) => level === written.logLevel) ?? 'warn',
    tenant: (written.tenant ?? defaultTenant) as Tenant,
    enrichPrivate: written.enrichPrivate === 'true',
    shutdownGraceMs: Number(written.shutdownGraceMs),
  };
}

/** The settings as a table, for `--help` and the README. */
export function describeConfig(): string {
  const rows = Object.values<Setting>(settings).map((setting) => [
    setting.alias === undefined ? setting.name : `${setting.name} (or ${setting.alias})`,
    setting.default ?? '-',
    `${setting.help}${choicesOf(setting)}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function choicesOf({ kind }: Setting): string {
  return kind.of === 'choice' ? ` One of ${kind.among.join(', ')}.` : '';
}

/** What Kubernetes sets in every container beside a service called nextbest. It is not meant for us. */
const serviceLink = /^NEXTBEST_(SERVICE_(HOST|PORT)|PORT_\d+_(TCP|UDP|SCTP))(_.+)?$/;
const serviceAddress = /^(tcp|udp|sctp):\/\//;

function unknownNames(env: Environment): string[] {
  const known = Object.values<Setting>(settings).map(({ name }) => name);
  return Object.keys(env)
    .filter(
      (name) =>
        name.startsWith('NEXTBEST_') &&
        !serviceLink.test(name) &&
        !(known as readonly string[]).includes(name),
    )
    .map(
      (name) => `${name} is not a setting. ${didYouMean(name, known) ?? 'See --help for those that are.'}`,
    );
}

function readWritten(env: Environment, problems: string[]): Written {
  const entries = Object.entries<Setting>(settings).map(([key, setting]) => {
    const name = setting.alias !== undefined && isUnset(env[setting.name]) ? setting.alias : setting.name;
    const value = isUnset(env[name]) ? setting.default : env[name];
    const problem = value === undefined ? undefined : problemWith(setting, value);
    // The value of a URL may hold a password, so it is never repeated.
    if (problem !== undefined) problems.push(`${name}: expected ${problem}`);
    return [key, value];
  });
  return Object.fromEntries(entries) as Written;
}

function isUnset(value: string | undefined): boolean {
  return value === undefined || value === '' || serviceAddress.test(value);
}

/** What was expected and what was found; undefined when the value is fine. */
function problemWith({ kind }: Setting, value: string): string | undefined {
  switch (kind.of) {
    case 'text':
      return value.trim() === '' ? 'some text, found only blanks' : undefined;
    case 'name':
      // The tenant is part of keys and subjects, where dots, colons and braces mean something.
      return /^[a-z0-9][a-z0-9-]{0,62}$/.test(value)
        ? undefined
        : `lower-case letters, digits and dashes, found ${JSON.stringify(value)}`;
    case 'integer':
      return isIntegerWithin(value, kind)
        ? undefined
        : `a whole number from ${kind.min} to ${kind.max}, found ${JSON.stringify(value)}`;
    case 'choice':
      return kind.among.includes(value)
        ? undefined
        : `one of ${kind.among.join(', ')}, found ${JSON.stringify(value)}`;
    case 'url':
      return value.split(',').every((part) => hasProtocol(part.trim(), kind.protocols))
        ? undefined
        : `a URL that begins with ${kind.protocols.map((protocol) => `${protocol}//`).join(' or ')}, found something else`;
    default:
      return kind satisfies never;
  }
}

function isIntegerWithin(
  value: string,
  { min, max }: { readonly min: number; readonly max: number },
): boolean {
  return /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max;
}

function hasProtocol(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

function readStorage({ redisUrl, natsUrl, store }: Written, problems: string[]): Storage {
  const embedded = stores.find((name) => name === store) === 'memory' ? 'memory' : 'lmdb';
  if (redisUrl === undefined && natsUrl === undefined) return { kind: embedded };
  if (redisUrl === undefined || natsUrl === undefined) {
    const [set, missing] =
      redisUrl === undefined
        ? [settings.natsUrl.name, settings.redisUrl.name]
        : [settings.redisUrl.name, settings.natsUrl.name];
    problems.push(
      `${set} is set without ${missing}: expected both (Redis keeps state, NATS the log) or neither.`,
    );
    return { kind: embedded };
  }
  if (store !== undefined && store !== 'auto') {
    problems.push(
      `${settings.store.name}: expected auto when ${settings.redisUrl.name} is set, found ${JSON.stringify(store)}`,
    );
  }
  return { kind: 'redis', redisUrl, natsUrl };
}

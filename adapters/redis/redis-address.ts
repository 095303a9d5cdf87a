import { CodedError } from '../../engine/index.ts';

/** Where Redis is, and how to speak to it. */
export interface RedisAddress {
  readonly isCluster: boolean;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly isTls: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
}

/**
 * Reads `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS, and for a cluster `redis+cluster://`,
 * `rediss+cluster://` or several addresses parted by commas. NB_CONFIG for anything else; a password is never repeated.
 */
export function parseRedisAddress(text: string): RedisAddress {
  const urls = text.split(',').map((part) => parseUrl(part.trim()));
  const [first] = urls;
  if (first === undefined) throw invalid('it is empty');
  const isCluster = urls.length > 1 || first.protocol.endsWith('+cluster:');
  const database = Number(first.pathname.slice(1) || '0');
  if (!Number.isInteger(database)) throw invalid(`"${first.pathname.slice(1)}" is no database number`);
  if (isCluster && database !== 0) throw invalid('a cluster has no database but 0');
  return {
    isCluster,
    nodes: urls.map((url) => ({ host: hostOf(url), port: Number(url.port || '6379') })),
    isTls: first.protocol.startsWith('rediss'),
    ...(first.username === '' ? {} : { username: decodeURIComponent(first.username) }),
    ...(first.password === '' ? {} : { password: decodeURIComponent(first.password) }),
    database,
  };
}

/** The address as a message may show it. */
export function describeAddress(address: RedisAddress): string {
  return address.nodes.map((node) => `${node.host}:${node.port}`).join(', ');
}

function parseUrl(text: string): URL {
  const scheme = /^rediss?(\+cluster)?:\/\//.test(text);
  if (!scheme || !URL.canParse(text)) throw invalid('it is no redis:// or rediss:// address');
  return new URL(text);
}

function hostOf(url: URL): string {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === '' ? '127.0.0.1' : host;
}

function invalid(problem: string): CodedError {
  return new CodedError(
    'NB_CONFIG',
    `The Redis address cannot be used: ${problem}. Expected redis://[user:password@]host[:port][/database].`,
  );
}

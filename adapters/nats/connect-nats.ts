import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from 'nats';
import { CodedError } from '../../engine/index.ts';
import { messageOf } from './nats-errors.ts';
import { PipelinedPublisher } from './pipelined-publisher.ts';
import { untilReady } from './until-ready.ts';

export interface NatsSettings {
  /** `nats://[user:password@]host[:port]`, `tls://` for TLS; several parted by commas. */
  readonly url: string;
  /** The content of a credentials file. */
  readonly credentials?: string;
  /** How long to go on trying at the start. */
  readonly connectMs?: number;
  /** Told what an operator should know and no caller is told. */
  readonly onNote?: (note: string) => void;
}

/** One connection to NATS with what every part of this adapter needs of it. */
export interface JetStreamConnection {
  readonly nats: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  readonly publisher: PipelinedPublisher;
  readonly note: (note: string) => void;
  close(): Promise<void>;
}

/** Everything here works with this version; nothing newer is used. */
const versionMin = [2, 9] as const;
/** The default of nats-server; our own bound lies below it. */
const payloadMin = 1_048_576;
const requestMs = 2_000;
const retryMs = 250;

/** Connects, or says with NB_LOG_UNAVAILABLE what is in the way, or with NB_CONFIG what is wrong with server or settings. */
export async function connectNats(settings: NatsSettings): Promise<JetStreamConnection> {
  const options = optionsOf(settings);
  const connectMs = settings.connectMs ?? 10_000;
  const begun = Date.now();
  const nats = await connectInTime(options, connectMs);
  try {
    checkServer(nats);
    const leftMs = connectMs - (Date.now() - begun);
    const manager = await untilReady(leftMs, () => jetstreamManager(nats, { timeout: requestMs }));
    const publisher = new PipelinedPublisher(nats);
    followStatus(nats, publisher);
    return {
      nats,
      manager,
      client: jetstream(nats, { timeout: requestMs }),
      publisher,
      note: settings.onNote ?? (() => undefined),
      close: async () => {
        publisher.close();
        await nats.close();
      },
    };
  } catch (error) {
    await nats.close();
    if (error instanceof CodedError) throw error;
    const detail = `JetStream does not answer: ${messageOf(error)}. Start nats-server with -js and a store directory.`;
    throw new CodedError('NB_LOG_UNAVAILABLE', detail, { cause: error });
  }
}

function optionsOf(settings: NatsSettings): NodeConnectionOptions {
  const urls = settings.url.split(',').map((part) => parseUrl(part.trim()));
  const [first] = urls;
  return {
    servers: urls.map((url) => url.host),
    name: 'nextbest',
    ...(first?.username && first.password
      ? { user: decodeURIComponent(first.username), pass: decodeURIComponent(first.password) }
      : {}),
    ...(first?.username && !first.password ? { token: decodeURIComponent(first.username) } : {}),
    ...(urls.some((url) => url.protocol === 'tls:') ? { tls: {} } : {}),
    ...(settings.credentials === undefined
      ? {}
      : { authenticator: credsAuthenticator(new TextEncoder().encode(settings.credentials)) }),
    timeout: requestMs,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: retryMs,
    reconnectJitter: retryMs,
    pingInterval: 2_000,
    maxPingOut: 2,
  };
}

function parseUrl(text: string): URL {
  if (/^(nats|tls):\/\//.test(text) && URL.canParse(text)) return new URL(text);
  throw new CodedError(
    'NB_CONFIG',
    'The NATS address cannot be used. Expected nats://[user:password@]host[:port], or tls:// for TLS.',
  );
}

async function connectInTime(options: NodeConnectionOptions, connectMs: number): Promise<NatsConnection> {
  const servers = String(options.servers);
  const end = Date.now() + connectMs;
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      if (error instanceof AuthorizationError) {
        const detail = `NATS at ${servers} refuses the credentials. Check the user, password, token or credentials.`;
        throw new CodedError('NB_CONFIG', detail, { cause: error });
      }
      if (Date.now() + retryMs > end) {
        const detail = `NATS at ${servers} cannot be reached: ${messageOf(error)}. Check that it runs and the address is right.`;
        throw new CodedError('NB_LOG_UNAVAILABLE', detail, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

function checkServer(nats: NatsConnection): void {
  const version = nats.info?.version ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < versionMin[0] || (major === versionMin[0] && minor < versionMin[1]);
  if (isOld) {
    const detail = `nats-server ${version} is too old. Use ${versionMin.join('.')} or newer.`;
    throw new CodedError('NB_CONFIG', detail);
  }
  if (nats.info?.jetstream !== true) {
    const detail = 'This nats-server runs without JetStream. Start it with -js and a store directory.';
    throw new CodedError('NB_CONFIG', detail);
  }
  const payloadMax = nats.info?.max_payload ?? 0;
  if (payloadMax < payloadMin) {
    const detail = `This nats-server takes messages of ${payloadMax} bytes. Set its max_payload to ${payloadMin} or more.`;
    throw new CodedError('NB_CONFIG', detail);
  }
}

/** Ends by itself when the connection is closed. */
async function followStatus(nats: NatsConnection, publisher: PipelinedPublisher): Promise<void> {
  for await (const status of nats.status()) {
    if (status.type === 'disconnect') publisher.setConnected(false);
    if (status.type === 'reconnect') publisher.setConnected(true);
  }
}

import { fileURLToPath } from 'node:url';
import { buildServer } from '../../../../adapters/http/build-server.ts';
import type { HttpOptions } from '../../../../adapters/http/http-options.ts';
import type { HttpServer } from '../../../../adapters/http/http-server.ts';
import { type OpenHttp, openHttp } from '../../../../adapters/http/open-http.ts';
import { MemoryDecisionStream } from '../../../../adapters/memory/memory-decision-stream.ts';
import { createMetrics } from '../../../../adapters/metrics/metrics.ts';
import { sha256 } from '../../../../adapters/system/sha256.ts';
import { systemTiming } from '../../../../adapters/system/timing.ts';
import { CodedError, type DeadLetterOperations, type OverlayOperations } from '../../../../engine/index.ts';
import type { Nonce } from '../../../../engine/model/ids.ts';
import { InMemoryApplication } from './in-memory-application.ts';
import { InMemoryRulebooks } from './in-memory-rulebooks.ts';
import { sampleRulebook } from './sample-rulebook.ts';

/** 2026-03-01T12:00:00Z; the tests' clock stands still unless they move it. */
export const noon = Date.UTC(2026, 2, 1, 12);

export interface World {
  readonly application: InMemoryApplication;
  readonly stream: MemoryDecisionStream;
  readonly rulebooks: InMemoryRulebooks;
  readonly options: HttpOptions;
}

/** Everything around the HTTP adapter, in memory; nothing in it pretends. */
export function newWorld(changes: Partial<HttpOptions> = {}): World {
  const clock = { now: () => noon };
  const stream = new MemoryDecisionStream({ timing: systemTiming });
  const application = new InMemoryApplication(stream, clock, sampleRulebook);
  const rulebooks = new InMemoryRulebooks(application, clock);
  let nonces = 0;
  const nextNonce = () => {
    nonces += 1;
    return nonces;
  };
  const options: HttpOptions = {
    application,
    decisionStream: stream,
    rulebookStatus: () => ({ loadedAt: noon, ...rulebooks.inForce() }),
    rulebooks,
    overlays: noOverlays,
    deadLetters: noDeadLetters,
    readiness: async () => [{ name: 'store', ok: true }],
    metrics: createMetrics({ now: clock.now, withProcess: false }),
    clock,
    ids: { nonce: () => `nonce-${String(nextNonce()).padStart(6, '0')}` as Nonce },
    sha256,
    version: '0.0.0-test',
    consolePage: fileURLToPath(new URL('../../../../adapters/console/page', import.meta.url)),
    ...changes,
  };
  return { application, stream, rulebooks, options };
}

/** What a server of a rulebook without overlays has. */
const noOverlays: OverlayOperations = {
  list: () => [],
  load: async ({ overlay }) => {
    throw new CodedError('NB_UNKNOWN_OVERLAY', `no overlay "${overlay}" in the rulebook; known are none`);
  },
};

/** What a server has on which every message could be applied. */
const noDeadLetters: DeadLetterOperations = {
  list: async () => [],
  replay: async () => ({ replayed: 0, refused: 0 }),
  drop: async () => 0,
};

export interface InjectedWorld extends World {
  readonly server: HttpServer;
  readonly drain: () => void;
}

export async function injectedWorld(changes: Partial<HttpOptions> = {}): Promise<InjectedWorld> {
  const world = newWorld(changes);
  return { ...world, ...(await buildServer(world.options)) };
}

export interface ListeningWorld extends World {
  readonly http: OpenHttp;
}

export async function listeningWorld(changes: Partial<HttpOptions> = {}): Promise<ListeningWorld> {
  const world = newWorld(changes);
  return { ...world, http: await openHttp({ ...world.options, host: '127.0.0.1', port: 0 }) };
}

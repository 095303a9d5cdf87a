import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, limits, type Rulebook } from '../engine/index.ts';
import { HttpEnrichment } from './enrichment/http-enrichment.ts';
import type { ReadinessCheck } from './http/http-options.ts';
import { openHttp } from './http/open-http.ts';
import { createMetrics } from './metrics/metrics.ts';
import { openIntake } from './nats/nats-intake.ts';
import type { Config } from './system/config.ts';
import { openLogger } from './system/logger.ts';
import { packageRoot } from './system/package-root.ts';
import { refuseHalfRebuilt } from './wiring/half-rebuilt.ts';
import { openLibraries } from './wiring/libraries.ts';
import { observeBy, openNode } from './wiring/open-node.ts';
import { openRules } from './wiring/open-rules.ts';
import { openStorage, type Storage } from './wiring/open-storage.ts';
import { takeInBy } from './wiring/take-in.ts';

/**
 * The composition root of a server: configuration -> storage -> rulebook -> node -> HTTP. What is opened last is
 * closed first: nothing new comes in, what is in hand is finished, what was committed is sent on.
 */
export interface Server {
  readonly address: string;
  readonly storage: string;
  readonly close: () => Promise<void>;
}

type Closing = () => Promise<void>;

export async function openServer(config: Config, print: (line: string) => void): Promise<Server> {
  const logger = openLogger(config, process.stderr);
  const closings: Closing[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    // What cannot be closed must not keep the rest open: the outbox is sent on and the data are closed all the same.
    for (const closing of closings.splice(0).reverse()) {
      await closing().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const storage = await openStorage(config, (note) => logger.warn(note), 'server');
    closings.push(storage.close);
    await refuseHalfRebuilt(storage.store);
    const metrics = createMetrics({ now: storage.clock.now, withProcess: true });
    const log = { warn: (what: string, error?: unknown) => logger.warn({ err: error }, what) };
    const rules = await openRules({ config, storage, libraries: openLibraries(), metrics, log, print });
    closings.push(rules.close);
    const enrichment = new HttpEnrichment({ allowsPrivate: config.enrichPrivate, environment: process.env });
    closings.push(async () => enrichment.close());
    const node = openNode(
      config,
      { ...storage, enrichment },
      {
        rulebook: rules.current,
        learns: true,
        observer: observeBy(metrics, log),
        // What several servers share is theirs to work off, and its bounds are the streams' own.
        ...(config.storage.kind !== 'redis' && { backlogMax: limits.backlogMessagesMax }),
      },
    );
    closings.push(() => node.stop());
    if (storage.nats) {
      const handle = takeInBy({
        application: node,
        clock: storage.clock,
        ids: storage.ids,
        counted: (result, count) => metrics.eventsReceived('nats', result, count),
      });
      const onError = (error: unknown) => log.warn('the NATS intake: it goes on by itself', error);
      const intake = await openIntake({ connection: storage.nats, tenant: config.tenant, handle, onError });
      closings.push(() => intake.close());
    }
    const root = packageRoot();
    const http = await openHttp({
      application: node,
      decisionStream: storage.decisions,
      rulebookStatus: rules.status,
      rulebooks: rules.operations,
      deadLetters: node.deadLetters,
      overlays: node.overlays,
      readiness: () => readiness(storage, rules.current),
      metrics,
      clock: storage.clock,
      ids: storage.ids,
      sha256: storage.sha256,
      version: versionOf(root),
      consolePage: join(import.meta.dirname, 'console', 'page'),
      logger,
      host: config.host,
      port: config.port,
    });
    closings.push(async () => {
      http.drain();
      await storage.timing.sleep(config.shutdownGraceMs);
      await http.close();
    });
    return { address: http.address, storage: storage.name, close };
  } catch (error) {
    await close().catch((failure: unknown) => logger.warn({ err: failure }, 'closing after a failed start'));
    throw error;
  }
}

async function readiness(
  storage: Storage,
  rulebook: () => Rulebook | undefined,
): Promise<readonly ReadinessCheck[]> {
  return [
    {
      name: 'rulebook',
      ok: rulebook() !== undefined,
      ...(!rulebook() && { detail: 'no valid rulebook is loaded yet' }),
    },
    bearable(await check('store', () => storage.store.readNote('readiness')), rulebook()),
    await check('log', () => storage.log.head(0 as Parameters<Storage['log']['head']>[0])),
  ];
}

/** A rulebook with a degraded mode answers without the store; a node that is taken out for that answers nothing at all. */
function bearable(store: ReadinessCheck, rulebook: Rulebook | undefined): ReadinessCheck {
  if (store.ok || !rulebook?.degraded) return store;
  const detail = `${store.detail ?? 'it does not answer'}; requests are answered by the degraded mode of the rulebook`;
  return { ...store, ok: true, detail };
}

async function check(name: string, call: () => Promise<unknown>): Promise<ReadinessCheck> {
  try {
    await call();
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, detail: error instanceof CodedError ? error.message : 'it does not answer' };
  }
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}
